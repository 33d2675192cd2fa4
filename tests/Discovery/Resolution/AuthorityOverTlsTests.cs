using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Which name a server's certificate must have. The server's own are etcd.test and 127.0.0.1.</summary>
public sealed class AuthorityOverTlsTests : IDisposable
{
    private readonly EtcdCertificates _certificates = new();

    [Theory]
    [InlineData(null, null, false, true)]
    [InlineData("etcd.test", null, false, true)]
    [InlineData("user.internal", null, false, false)]
    [InlineData(null, "user.internal", false, true)]
    [InlineData(null, "user.internal", true, false)]
    [InlineData("user.internal", "etcd.test", true, true)]
    public async Task The_certificate_must_have_the_authoritys_name(string? general, string? own, bool trusted, bool matches)
    {
        await using var server = await ChannelServer.StartAsync(_certificates);
        var registry = new InMemoryServiceRegistry();
        var metadata = own is null ? null : Reading.Metadata(("authority", own));
        registry.Register(new ServiceInstance("user", new("127.0.0.1", DiscoveryEndpoint.Parse(server.Address).Port, metadata)));
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseInMemory(registry));
        var client = factory.CreateClient<Probe.ProbeClient>("memory:///user", o =>
            (o.Tls.CaFile, o.Resolution.Authority, o.Resolution.TrustEndpointAuthority) = (_certificates.CaFile, general, trusted));

        var call = client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow + Watching.Bound).ResponseAsync;
        if (matches)
            await call;
        else
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
    }

    public void Dispose() => _certificates.Dispose();
}
