using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

public sealed class EtcdFormatsTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Theory]
    [InlineData(EndpointFormat.Detect)]
    [InlineData(EndpointFormat.Plain)]
    [InlineData(EndpointFormat.EtcdNaming)]
    [InlineData(EndpointFormat.GoZero)]
    [InlineData(EndpointFormat.Kratos)]
    [InlineData(EndpointFormat.Kitex)]
    [InlineData(EndpointFormat.GoMicro)]
    [InlineData(EndpointFormat.DubboGo)]
    public async Task A_registered_instance_is_found_and_gone_when_it_stops(EndpointFormat format)
    {
        var options = _etcd.Options(o => o.Format = format);
        await using var registry = new EtcdServiceRegistry(options);
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "team/user");
        await using (registry.Register(new ServiceInstance("team/user", new("10.0.0.1", 80), "1")))
            await watching.UntilFreshAsync("10.0.0.1:80");

        await watching.UntilFreshAsync();
    }

    [Fact]
    public async Task Servers_of_every_framework_are_found_under_one_prefix_and_one_bad_value_costs_only_itself()
    {
        var options = _etcd.Options();
        using var logs = new LogCapture();
        await PutAsync("1", "10.0.0.1:80");
        await PutAsync("2", """{"Op":0,"Addr":"10.0.0.2:80","Metadata":{"zone":"a"}}""");
        await PutAsync("3", """{"id":"3","name":"user","version":"v1","endpoints":["grpc://10.0.0.3:80","http://10.0.0.3:81"]}""");
        await PutAsync("4", """{"network":"tcp","address":"10.0.0.4:80","weight":0,"tags":null}""");
        await PutAsync("5", """{"name":"user","nodes":[{"id":"5","address":"10.0.0.5:80"},{"id":"6","address":"secret"}]}""");
        await PutAsync("7", """{"ServiceName":"user","Host":"10.0.0.7","Port":80,"Enable":true,"Healthy":true}""");
        await PutAsync("8", """{"password":"secret"}""");
        await using var source = new EtcdEndpointSource(options, logs.Factory(LogLevel.Warning));
        await using var watching = new Watching(source, "user");
        var found = await watching.UntilFreshAsync(
            "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80", "10.0.0.5:80", "10.0.0.7:80");

        Assert.Equal([100, 100, 100, 10, 100, 100], found.Endpoints.Select(e => e.Weight));
        Assert.Equal(("a", "v1"), (found.Endpoints[1].Zone, found.Endpoints[2].Version));
        Assert.Equal([$"{options.Prefix}user/5", $"{options.Prefix}user/8"], logs.Lines.Select(l => (string)l.Fields["Key"]!));
        Assert.DoesNotContain(logs.Lines, l => l.Message.Contains("secret", StringComparison.Ordinal));

        Task PutAsync(string id, string value) => _etcd.CtlAsync("put", $"{options.Prefix}user/{id}", value);
    }
}
