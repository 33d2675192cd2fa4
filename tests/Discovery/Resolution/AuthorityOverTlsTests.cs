using System.Net.Security;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>The server's certificate is for <c>localhost</c> and <c>127.0.0.1</c>; its endpoint is at 127.0.0.1.</summary>
public sealed class AuthorityOverTlsTests
{
    [Theory]
    [InlineData(null, null, false, true)]
    [InlineData("localhost", null, false, true)]
    [InlineData("user.internal", null, false, false)]
    [InlineData(null, "user.internal", false, true)]
    [InlineData(null, "user.internal", true, false)]
    [InlineData("user.internal", "localhost", true, true)]
    public async Task The_certificate_must_have_the_authoritys_name(string? general, string? own, bool trusted, bool matches)
    {
        await using var server = await SecureProbeServer.StartAsync();
        var registry = new InMemoryServiceRegistry();
        var metadata = own is null ? null : Reading.Metadata(("authority", own));
        registry.Register(new ServiceInstance("user", new("127.0.0.1", new Uri(server.Address).Port, metadata)));
        using var services = new ServiceCollection().AddInMemoryDiscovery(registry).Configure<DiscoveryChannelOptions>(o =>
            (o.Resolution.Authority, o.Resolution.TrustEndpointAuthority) = (general, trusted)).BuildServiceProvider();
        var nameMatches = new TaskCompletionSource<bool>();
        using var channel = GrpcChannel.ForAddress("memory:///user", new GrpcChannelOptions
        {
            ServiceProvider = services,
            Credentials = ChannelCredentials.SecureSsl,
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                    {
                        nameMatches.TrySetResult(!errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch));
                        return shown?.Subject == "CN=localhost";
                    },
                },
            },
            DisposeHttpClient = true,
        });

        await new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(30));
        Assert.Equal(matches, await nameMatches.Task);
    }
}
