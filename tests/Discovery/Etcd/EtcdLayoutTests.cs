using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Keys as etcd's own Go package has them: no prefix, and no rule for what stands below the target.</summary>
public sealed class EtcdLayoutTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private readonly EtcdProcess _etcd = shared.Etcd;

    [Theory]
    [Trait("case", "discovery 16")]
    [InlineData("foo/bar/my-service", "foo/bar/my-service/e1")]
    [InlineData("my-service", "my-service/rack-7/e1")]
    public async Task A_key_without_a_prefix_is_one_endpoint(string service, string key)
    {
        var options = _etcd.Options(o => (o.Format, o.Prefix) = (EndpointFormat.EtcdNaming, ""));
        await _etcd.CtlAsync("put", key, """{"Op":0,"Addr":"10.0.0.1:80","Metadata":null}""");
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, service);

        await watching.UntilFreshAsync("10.0.0.1:80");
    }

    [Fact]
    [Trait("case", "discovery 17")]
    public async Task A_registration_stands_where_a_go_client_looks_that_dials_the_name_of_the_service()
    {
        var options = new EtcdOptions { Endpoints = { _etcd.Endpoint }, Format = EndpointFormat.EtcdNaming };
        await using var registry = new EtcdServiceRegistry(options);
        var metadata = new Dictionary<string, string> { [EndpointMetadata.Weight] = "7" };
        var registration = registry.Register(new ServiceInstance("go-user", new("10.0.0.1", 80, metadata)));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);

        Assert.Equal(
            "go-user/10.0.0.1:80\n" + """{"Op":0,"Addr":"10.0.0.1:80","Metadata":"{\"weight\":\"7\"}"}""",
            await _etcd.CtlAsync("get", "--prefix", "go-user/"));
    }
}
