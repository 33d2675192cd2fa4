using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Integration.Tests;

/// <summary>A discovery channel whose calls get the token <c>ours</c>, and the container or factory that made it.</summary>
internal sealed class TokenClient(DiscoveryChannel channel, Probe.ProbeClient probe, IAsyncDisposable owner) : IAsyncDisposable
{
    public DiscoveryChannel Channel => channel;

    public Probe.ProbeClient Probe => probe;

    /// <param name="setUp">How the channel and the token are put together.</param>
    /// <param name="port">Where the server listens.</param>
    /// <param name="caFile">Whom the channel trusts; null for plain text.</param>
    public static TokenClient Create(ClientSetUp setUp, int port, string? caFile)
    {
        var target = $"static:///127.0.0.1:{port}";
        var tokens = TokenSources.Static("ours");
        if (setUp == ClientSetUp.Container)
        {
            var services = new ServiceCollection();
            services.AddDiscoveryClient<Probe.ProbeClient>(target, options => options.Tls.CaFile = caFile).AddFallbackToken(tokens);
            var provider = services.BuildServiceProvider();
            return new TokenClient(
                provider.GetRequiredKeyedService<DiscoveryChannel>(typeof(Probe.ProbeClient)),
                provider.GetRequiredService<Probe.ProbeClient>(),
                provider);
        }
        var factory = DiscoveryChannelFactory.Create();
        var channel = factory.CreateChannel(target, options => options.Tls.CaFile = caFile);
        var interceptor = setUp == ClientSetUp.Intercept
            ? new FallbackTokenInterceptor(tokens, channel: channel.Description)
            : ClientInterceptors.Standard(configure: options => options.Tokens = tokens, channel: channel.Description);
        return new TokenClient(channel, new Probe.ProbeClient(channel.Intercept(interceptor)), factory);
    }

    public ValueTask DisposeAsync() => owner.DisposeAsync();
}
