using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Testing;

/// <summary>The interceptors of a client of the official factory, for a channel of the test's own.</summary>
public static class ClientInterceptorsOf
{
    /// <summary>Those of a client, outermost first, made as the factory makes them.</summary>
    /// <param name="services">The container.</param>
    /// <param name="client">The client's name.</param>
    public static Interceptor[] Client(IServiceProvider services, string client)
    {
        var options = services.GetRequiredService<IOptionsMonitor<GrpcClientFactoryOptions>>().Get(client);
        var channel = new GrpcChannelOptions();
        foreach (var configure in options.ChannelOptionsActions)
            configure(channel);
        return [.. options.InterceptorRegistrations.Select(registration => registration.Creator(services))];
    }

    /// <summary>Adds a client without a type whose interceptors are to be had.</summary>
    /// <param name="services">The services.</param>
    /// <param name="client">The client's name.</param>
    /// <param name="address">What its channel is said to call.</param>
    public static IHttpClientBuilder AddNamedClient(this IServiceCollection services, string client, string address = "http://localhost") =>
        services.AddGrpcClient<Probe.ProbeClient>(client, options => options.Address = new Uri(address));
}
