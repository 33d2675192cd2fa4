using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>Servers in a row: each handler makes the same call at the next server, and passes no token, deadline or header on.</summary>
public sealed class HopChain : IAsyncDisposable
{
    private readonly List<ProbeServer> _servers = [];

    public IReadOnlyList<ProbeServer> Servers => _servers;

    public ProbeServer First => _servers[0];

    public ProbeServer Last => _servers[^1];

    /// <param name="length">How many servers.</param>
    /// <param name="calls">Makes the call of a handler; by default one of the kind.</param>
    /// <param name="kind">The kind of call at all hops.</param>
    /// <param name="configure">Changes the client of each hop.</param>
    /// <param name="server">Changes each server.</param>
    public static async Task<HopChain> StartAsync(
        int length,
        CallKind kind = CallKind.Unary,
        Func<Probe.ProbeClient, ServerCallContext, Task>? calls = null,
        Action<StandardClientOptions>? configure = null,
        Action<IServiceCollection>? server = null)
    {
        var chain = new HopChain();
        for (var i = 0; i < length; i++)
        {
            chain._servers.Insert(0, await ProbeServer.StartAsync(services =>
            {
                services.AddServerInterceptors().AddStandard();
                server?.Invoke(services);
            }));
            if (i == 0)
                continue;
            var next = chain._servers[1].Client(channel => channel.Intercept(ClientInterceptors.Standard(configure: configure)));
            chain.First.Observer.OnCall = context => calls?.Invoke(next, context) ?? TwoHops.CallAsync(next, kind);
        }
        return chain;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }
}
