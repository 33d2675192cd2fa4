namespace Interceptors.Discovery.Tool.Tests;

public sealed class ResolveTests(SharedEtcd shared)
{
    [Fact]
    public async Task A_service_in_etcd_resolves_to_its_endpoints()
    {
        await shared.Etcd.CtlAsync("put", "/project/service/resolved/1", "127.0.0.1:9301");
        await shared.Etcd.CtlAsync("put", "/project/service/resolved/2", "127.0.0.1:9302");

        var text = await shared.RunAsync("resolve", "etcd:///resolved");
        var json = await shared.RunAsync("resolve", "etcd:///resolved", "--json");

        Assert.Equal("127.0.0.1:9301\n127.0.0.1:9302\n", text.Output);
        Assert.Equal("etcd:///resolved", json.Json.GetProperty("target").GetString());
        Assert.Equal("127.0.0.1:9302", json.Json.GetProperty("endpoints")[1].GetProperty("address").GetString());
    }

    [Theory]
    [InlineData("static:///10.0.0.1:80,10.0.0.2:81", "10.0.0.1:80\n10.0.0.2:81\n")]
    [InlineData("127.0.0.1:5001", "127.0.0.1:5001\n")]
    [InlineData("dns:///127.0.0.1", "127.0.0.1:80\n")]
    [InlineData("dns:///[::1]:5001", "[::1]:5001\n")]
    public async Task Other_targets_resolve_without_etcd(string target, string expected)
    {
        var result = await RunningTool.RunAsync(["resolve", target, "--endpoints", "http://127.0.0.1:1"]);

        Assert.Equal((ExitCode.Ok, expected), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task A_service_without_endpoints_is_exit_code_1()
    {
        var result = await shared.RunAsync("resolve", "etcd:///nobody", "--json");

        Assert.Equal(ExitCode.NothingFound, result.ExitCode);
        Assert.Equal(0, result.Json.GetProperty("endpoints").GetArrayLength());
    }
}
