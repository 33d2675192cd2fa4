using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Interceptors.Discovery.Tool.Tests;

public sealed class RegisterTests(SharedEtcd shared)
{
    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task An_instance_stands_in_etcd_until_a_signal_ends_the_process(string signal)
    {
        var id = $"signal{signal}";
        await using var tool = shared.Start("register", "held", "127.0.0.1:9001", "--id", id);

        await tool.LineWithAsync("registered held");
        Assert.Equal("127.0.0.1:9001", await ValueOfAsync($"/project/service/held/{id}"));
        Assert.Equal(ExitCode.Ok, await tool.EndAsync(signal));

        Assert.Equal("", await ValueOfAsync($"/project/service/held/{id}"));
        await tool.LineWithAsync("deregistered held");
    }

    [Fact]
    public async Task Metadata_is_registered_in_the_format_that_is_asked_for()
    {
        await using var tool = shared.Start(
            "register", "carrying", "127.0.0.1:9002", "--format", "EtcdNaming", "--metadata", "zone=a", "--metadata", "weight=7");
        await tool.LineWithAsync("registered carrying");

        var list = await shared.RunAsync("list", "carrying", "--json", "--format", "EtcdNaming");

        var instance = list.Json.GetProperty("services")[0].GetProperty("instances")[0];
        var endpoint = instance.GetProperty("endpoints")[0];
        Assert.Equal("a", endpoint.GetProperty("metadata").GetProperty("zone").GetString());
        Assert.Equal(7, endpoint.GetProperty("weight").GetInt32());
        Assert.Matches("^[0-9a-f]+$", instance.GetProperty("lease").GetString());
    }

    [Fact]
    public async Task With_JSON_each_change_of_state_is_an_object()
    {
        await using var tool = shared.Start("register", "told", "127.0.0.1:9003", "--json");
        await tool.LineWithAsync("\"registered\"");
        await shared.Etcd.CtlAsync("del", "/project/service/told/127.0.0.1:9003");
        await shared.Etcd.CtlAsync("put", "/project/service/told/other", "127.0.0.1:9004");
        await tool.EndAsync();

        var last = JsonDocument.Parse(await tool.LineWithAsync("\"deregistered\"")).RootElement;

        Assert.Equal("told", last.GetProperty("service").GetString());
        Assert.Equal("127.0.0.1:9003", last.GetProperty("id").GetString());
        Assert.Equal("127.0.0.1:9003", last.GetProperty("address").GetString());
        Assert.Equal(JsonValueKind.Null, last.GetProperty("problem").ValueKind);
        Assert.True(last.GetProperty("time").TryGetDateTimeOffset(out _));
    }

    [Fact]
    public async Task With_a_pid_it_ends_when_that_process_ends()
    {
        using var foreign = Process.Start("sleep", "600");
        await using var tool = shared.Start(
            "register", "foreign", "127.0.0.1:9005", "--pid", foreign.Id.ToString(CultureInfo.InvariantCulture));
        await tool.LineWithAsync("registered foreign");

        foreign.Kill();

        Assert.Equal(ExitCode.Ok, await tool.EndAsync(signal: null));
        Assert.Equal("", await ValueOfAsync("/project/service/foreign/127.0.0.1:9005"));
    }

    [Fact]
    public async Task An_etcd_that_cannot_be_reached_is_said_and_waited_for_and_leaving_then_is_exit_code_3()
    {
        await using var tool = RunningTool.Start(["register", "waiting", "127.0.0.1:9006", "--endpoints", "http://127.0.0.1:1"]);

        await tool.LineWithAsync("Connection refused");

        Assert.Equal(ExitCode.Unreachable, await tool.EndAsync());
    }

    private Task<string> ValueOfAsync(string key) => shared.Etcd.CtlAsync("get", key, "--print-value-only");
}
