using System.Text.Json;

namespace Interceptors.Discovery.Tool.Tests;

public sealed class WatchTests(SharedEtcd shared)
{
    [Fact]
    public async Task Each_change_is_a_line_when_stdout_is_no_terminal()
    {
        await using var tool = shared.Start("watch", "seen");
        Assert.EndsWith("seen = 0 endpoints", await tool.NextLineAsync(), StringComparison.Ordinal);

        await shared.Etcd.CtlAsync("put", "/project/service/seen/1", "127.0.0.1:9101");
        Assert.EndsWith("seen + 127.0.0.1:9101", await tool.NextLineAsync(), StringComparison.Ordinal);
        await shared.Etcd.CtlAsync("put", "/project/service/seen/1", """{"Addr":"127.0.0.1:9101","Metadata":{"zone":"b"}}""");
        Assert.EndsWith("seen ~ 127.0.0.1:9101 zone=b", await tool.NextLineAsync(), StringComparison.Ordinal);
        await shared.Etcd.CtlAsync("del", "/project/service/seen/1");
        Assert.EndsWith("seen - 127.0.0.1:9101", await tool.NextLineAsync(), StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, await tool.EndAsync("-INT"));
    }

    [Fact]
    public async Task With_JSON_each_change_is_the_whole_list()
    {
        await shared.Etcd.CtlAsync("put", "/project/service/whole/1", "127.0.0.1:9102");
        await using var tool = shared.Start("watch", "whole", "--json");

        var first = JsonDocument.Parse(await tool.NextLineAsync()).RootElement;
        await shared.Etcd.CtlAsync("put", "/project/service/whole/2", "127.0.0.1:9103");
        var second = JsonDocument.Parse(await tool.NextLineAsync()).RootElement;

        Assert.Equal("whole", first.GetProperty("service").GetString());
        Assert.False(first.GetProperty("stale").GetBoolean());
        Assert.Equal(1, first.GetProperty("endpoints").GetArrayLength());
        Assert.Equal(["127.0.0.1:9102", "127.0.0.1:9103"],
            second.GetProperty("endpoints").EnumerateArray().Select(e => e.GetProperty("address").GetString()!));
    }

    [Fact]
    public async Task An_etcd_that_is_away_is_said_with_the_reason_and_so_is_its_return()
    {
        await using var etcd = await Interceptors.Testing.EtcdProcess.StartNewAsync();
        await using var tool = RunningTool.Start(["watch", "gone", "--endpoints", etcd.Endpoint]);
        await tool.LineWithAsync("= 0 endpoints");

        await etcd.KillAsync();
        await tool.LineWithAsync("gone ! ");
        await etcd.StartAsync();

        await tool.LineWithAsync("gone = 0 endpoints");
    }
}
