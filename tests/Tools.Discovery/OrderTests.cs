namespace Interceptors.Discovery.Tool.Tests;

/// <summary>What the live server honours: pause, resume and update.</summary>
public sealed class OrderTests(SharedEtcd shared)
{
    private static readonly string[] Naming = ["--format", "EtcdNaming", "--prefix", "/orders/"];

    [Fact]
    [Trait("case", "discovery 14")]
    public async Task A_paused_server_goes_from_the_list_which_says_so_and_comes_back_when_it_is_resumed()
    {
        await using var server = shared.Start("register", "paused", "127.0.0.1:9301", "--id", "1");
        await server.LineWithAsync("registered paused");

        Assert.Equal("paused /project/service/paused/1\n", await DoneAsync("pause", "paused", "1"));
        await server.LineWithAsync("paused paused/1");
        Assert.Equal("", await shared.Etcd.CtlAsync("get", "--prefix", "/project/service/paused/"));
        var listed = (await shared.RunAsync("list", "paused", "--json")).Json.GetProperty("services")[0].GetProperty("instances")[0];
        Assert.Equal(("1", true), (listed.GetProperty("id").GetString(), listed.GetProperty("paused").GetBoolean()));
        Assert.Matches(@"paused +1 +- +none +\(paused\)", await DoneAsync("list", "paused"));
        Assert.Equal("/project/service/paused/1 is paused already\n", await DoneAsync("pause", "paused", "1"));

        Assert.Equal("resumed /project/service/paused/1\n", await DoneAsync("resume", "paused", "1"));
        await server.LineWithAsync("registered paused/1");
        Assert.Equal("", await shared.Etcd.CtlAsync("get", "--prefix", "/discovery/control/project/service/paused/"));
        Assert.Equal(ExitCode.NothingFound, (await shared.RunAsync("resume", "paused", "1")).ExitCode);
    }

    [Fact]
    [Trait("case", "discovery 14")]
    public async Task A_process_that_follows_no_orders_is_said_to_and_nothing_is_left_behind()
    {
        await shared.Etcd.CtlAsync("put", "/project/service/foreign/1", "127.0.0.1:9302");

        var result = await shared.RunAsync("pause", "foreign", "1");
        Assert.Equal((ExitCode.Undone, ""), (result.ExitCode, result.Output));
        Assert.Contains("/project/service/foreign/1 is still registered", result.Error, StringComparison.Ordinal);
        Assert.Equal("", await shared.Etcd.CtlAsync("get", "--prefix", "/discovery/control/project/service/foreign/"));
    }

    [Fact]
    [Trait("case", "discovery 14")]
    public async Task A_server_that_has_ended_meanwhile_is_not_paused_any_more()
    {
        await shared.Etcd.CtlAsync("put", "/discovery/control/project/service/ended/1", """{"paused":true}""");

        Assert.Contains("no process registers it now", await DoneAsync("resume", "ended", "1"), StringComparison.Ordinal);
        Assert.Equal("", await shared.Etcd.CtlAsync("get", "/discovery/control/project/service/ended/1"));
        Assert.Equal(ExitCode.NothingFound, (await shared.RunAsync("pause", "ended", "1")).ExitCode);
    }

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task Weight_zone_and_tags_of_a_live_server_change_and_are_reset()
    {
        await using var server = shared.Start(["register", "updated", "127.0.0.1:9303", "--id", "1", "--metadata", "weight=3", .. Naming]);
        await server.LineWithAsync("registered updated");

        Assert.Equal(
            "updated /orders/updated/1\n", await DoneAsync(["update", "updated", "1", "--weight", "7", "--tags", "a,b", .. Naming]));
        await DoneAsync(["update", "updated", "1", "--zone", "z", .. Naming]);
        Assert.Contains("tags=a,b weight=7 zone=z", await DoneAsync(["list", "updated", .. Naming]), StringComparison.Ordinal);
        await DoneAsync(["update", "updated", "1", "--reset", "--zone", "y", .. Naming]);
        Assert.Matches(@"[0-9a-f]+ +weight=3 zone=y\n", await DoneAsync(["list", "updated", .. Naming]));
    }

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task A_format_that_carries_no_weight_cannot_be_updated_and_that_is_said()
    {
        await using var server = shared.Start("register", "plain", "127.0.0.1:9304", "--id", "1");
        await server.LineWithAsync("registered plain");

        var result = await shared.RunAsync("update", "plain", "1", "--weight", "7");
        Assert.Equal(ExitCode.Undone, result.ExitCode);
        Assert.Contains("a format that carries no weight", result.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NothingFound, (await shared.RunAsync("update", "plain", "nobody", "--weight", "7")).ExitCode);
    }

    private async Task<string> DoneAsync(params string[] arguments)
    {
        var result = await shared.RunAsync(arguments);
        Assert.Equal((ExitCode.Ok, ""), (result.ExitCode, result.Error));
        return result.Output;
    }
}
