namespace Interceptors.Discovery.Tool.Tests;

public sealed class ListTests(SharedEtcd shared)
{
    [Fact]
    public async Task Every_service_under_the_prefix_is_shown_with_its_instances()
    {
        await shared.Etcd.CtlAsync("put", "/list/all/user/1", "127.0.0.1:9991");
        await shared.Etcd.CtlAsync("put", "/list/all/team/order/a", """{"Addr":"127.0.0.1:9992","Metadata":{"zone":"b"}}""");

        var result = await shared.RunAsync("list", "--prefix", "/list/all/");

        Assert.Equal(ExitCode.Ok, result.ExitCode);
        Assert.Equal(
            """
            SERVICE     ID  ADDRESS         LEASE  METADATA
            team/order  a   127.0.0.1:9992  none   zone=b
            user        1   127.0.0.1:9991  none

            """, result.Output);
    }

    [Fact]
    public async Task One_service_is_shown_without_those_whose_names_begin_alike()
    {
        await shared.Etcd.CtlAsync("put", "/list/one/user/1", "127.0.0.1:9991");
        await shared.Etcd.CtlAsync("put", "/list/one/user/admin/1", "127.0.0.1:9992");
        await shared.Etcd.CtlAsync("put", "/list/one/users/1", "127.0.0.1:9993");

        var result = await shared.RunAsync("list", "user", "--prefix", "/list/one/", "--json");

        var instance = Assert.Single(
            Assert.Single(result.Json.GetProperty("services").EnumerateArray()).GetProperty("instances").EnumerateArray());
        Assert.Equal("1", instance.GetProperty("id").GetString());
        Assert.Equal("/list/one/user/1", instance.GetProperty("key").GetString());
        Assert.Equal("127.0.0.1:9991", instance.GetProperty("endpoints")[0].GetProperty("address").GetString());
        Assert.Equal(100, instance.GetProperty("endpoints")[0].GetProperty("weight").GetInt32());
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_is_shown_with_the_reason_and_without_control_characters()
    {
        await shared.Etcd.CtlAsync("put", "/list/bad/user/\e[31m", "127.0.0.1");

        var text = await shared.RunAsync("list", "--prefix", "/list/bad/");
        var json = await shared.RunAsync("list", "--prefix", "/list/bad/", "--json");

        Assert.Contains("unreadable: its address is not host:port", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text.Output);
        var instance = json.Json.GetProperty("services")[0].GetProperty("instances")[0];
        Assert.Equal(0, instance.GetProperty("endpoints").GetArrayLength());
        Assert.Contains("no port", instance.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_frameworks_services_are_found_by_its_format()
    {
        await shared.Etcd.CtlAsync(
            "put", "kitex/registry-etcd/listed/10.0.0.1:8888", """{"network":"tcp","address":"10.0.0.1:8888","weight":10,"tags":null}""");

        var result = await shared.RunAsync("list", "--format", "Kitex", "--json");

        Assert.Contains("\"service\":\"listed\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"weight\":10", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_registered_is_exit_code_1_and_still_JSON()
    {
        var text = await shared.RunAsync("list", "nobody");
        var json = await shared.RunAsync("list", "nobody", "--json");

        Assert.Equal((ExitCode.NothingFound, ""), (text.ExitCode, text.Output));
        Assert.Contains("nothing is registered as nobody", text.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NothingFound, json.ExitCode);
        Assert.Equal(0, json.Json.GetProperty("services").GetArrayLength());
    }
}
