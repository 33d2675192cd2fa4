using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

/// <summary>The connections of a server, called over or not.</summary>
internal sealed class ServerConnections
{
    private readonly ConcurrentBag<ConnectionContext> _accepted = [];

    public bool IsAny => !_accepted.IsEmpty;

    /// <remarks>First of all, because what counts for an endpoint is what was set before it was added.</remarks>
    public void Add(IServiceCollection services) => services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>>(
        new ConfigureOptions<KestrelServerOptions>(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Use(Keep)))));

    /// <summary>Breaks them all.</summary>
    public void Cut()
    {
        foreach (var connection in _accepted)
            connection.Abort(new ConnectionAbortedException("cut by the test"));
    }

    private ConnectionDelegate Keep(ConnectionDelegate next) => connection =>
    {
        _accepted.Add(connection);
        return next(connection);
    };
}
