namespace Interceptors.Discovery.Tool.Tests;

public sealed class DeregisterTests(SharedEtcd shared)
{
    [Fact]
    public async Task A_key_that_was_left_behind_is_removed_and_no_other()
    {
        await shared.Etcd.CtlAsync("put", "/project/service/left/1", "127.0.0.1:9201");
        await shared.Etcd.CtlAsync("put", "/project/service/left/11", "127.0.0.1:9202");

        var result = await shared.RunAsync("deregister", "left", "1", "--json");

        Assert.Equal(ExitCode.Ok, result.ExitCode);
        Assert.True(result.Json.GetProperty("removed").GetBoolean());
        Assert.Equal("/project/service/left/1", result.Json.GetProperty("key").GetString());
        Assert.Equal("/project/service/left/11", await shared.Etcd.CtlAsync("get", "/project/service/left/", "--prefix", "--keys-only"));
    }

    [Fact]
    [Trait("case", "discovery 14")]
    public async Task A_server_that_is_alive_puts_it_back_and_that_is_said()
    {
        await using var server = shared.Start("register", "alive", "127.0.0.1:9203", "--id", "1");
        await server.LineWithAsync("registered alive");

        var result = await shared.RunAsync("deregister", "alive", "1");
        Assert.Equal((ExitCode.Undone, ""), (result.ExitCode, result.Output));
        Assert.Matches("^discovery: /project/service/alive/1 was removed and is back: .* discovery pause alive 1.\n$", result.Error);
    }

    [Fact]
    public async Task An_instance_that_is_not_there_is_exit_code_1()
    {
        var result = await shared.RunAsync("deregister", "left", "nobody");

        Assert.Equal(ExitCode.NothingFound, result.ExitCode);
        Assert.Contains("there is no key /project/service/left/nobody", result.Error, StringComparison.Ordinal);
    }
}
