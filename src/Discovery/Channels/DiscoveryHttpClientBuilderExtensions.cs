using Grpc.Net.ClientFactory;
using Interceptors.Discovery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets clients of .NET's factories call discovered services.</summary>
public static class DiscoveryHttpClientBuilderExtensions
{
    /// <summary>
    /// Sends what a client sends to the endpoints of a discovered service, balanced over them, live: a gRPC client
    /// (<c>AddGrpcClient&lt;T&gt;()</c>) as well as an <see cref="HttpClient"/> (<c>AddHttpClient&lt;T&gt;()</c>), over HTTP/2 or HTTP/1.1
    /// (<see cref="DiscoveryChannelOptions.HttpVersion"/>). The address may be left out; the host of one that is given does not matter.
    /// </summary>
    /// <remarks>
    /// Handlers are not rotated, because discovery follows changes by itself, and the factory's own logging is off: ask for either after
    /// this call. The client's <see cref="DiscoveryChannel"/> is a service with the client's name as its key, to connect ahead
    /// (<see cref="DiscoveryChannel.ConnectAsync(TimeSpan, CancellationToken)"/>) and to look at <see cref="DiscoveryChannel.State"/>; it
    /// has the same connections. They are closed with the container.
    /// </remarks>
    /// <param name="builder">The client.</param>
    /// <param name="target">What it calls, for example <c>etcd:///user</c>; see
    /// <see cref="DiscoveryChannelFactory.CreateChannel"/>.</param>
    /// <param name="configure">
    /// Changes the options, which are those of the client's name and build on those without a name; checked when the host starts.
    /// </param>
    /// <returns>The client's builder.</returns>
    /// <exception cref="ArgumentException">The target is wrong; the message shows the right form.</exception>
    /// <exception cref="InvalidOperationException">The client has a target already; the message says how to have two.</exception>
    public static IHttpClientBuilder UseDiscovery(
        this IHttpClientBuilder builder, string target, Action<DiscoveryChannelOptions>? configure = null) =>
        builder.UseDiscovery(target, options =>
        {
            if (configure is not null)
                options.Configure(configure);
        });

    /// <inheritdoc cref="UseDiscovery(IHttpClientBuilder, string, Action{DiscoveryChannelOptions}?)"/>
    /// <param name="builder">The client.</param>
    /// <param name="target">What it calls.</param>
    /// <param name="configuration">
    /// The section that holds the options of its channel, for example <c>{ "ConnectTimeout": "00:00:02" }</c>. A key that is not known is
    /// an error when the host starts.
    /// </param>
    public static IHttpClientBuilder UseDiscovery(this IHttpClientBuilder builder, string target, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.UseDiscovery(target, options => options.BindStrictly(configuration));
    }

    private static IHttpClientBuilder UseDiscovery(
        this IHttpClientBuilder builder, string target, Action<OptionsBuilder<DiscoveryChannelOptions>> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (services, name) = (builder.Services, builder.Name);
        _ = DiscoveryTarget.Parse(target, services.CustomSchemes());
        if (services.Any(service => service.ServiceType == typeof(DiscoveredClient) && name.Equals(service.ServiceKey)))
        {
            throw new InvalidOperationException(
                $"Client '{name}' has a target already. Give each client a name of its own, such as "
                + "AddDiscoveryClient<T>(target, name: \"eu\"), and each one target.");
        }

        services.AddDiscoveryChannels();
        configure(services.AddOptions<DiscoveryChannelOptions>(name).ValidateOnStart());
        var isGrpc = IsGrpc(builder);
        services.AddKeyedSingleton(name, (provider, _) => new DiscoveredClient(name, target, isGrpc, provider));
        services.AddKeyedSingleton(name, static (provider, name) => provider.GetRequiredKeyedService<DiscoveredClient>(name).OpenChannel());
        services.AddKeyedSingleton(name, static (provider, name) => provider.GetRequiredKeyedService<DiscoveredClient>(name).Description);
        if (isGrpc)
        {
            services.AddSingleton<IPostConfigureOptions<GrpcClientFactoryOptions>>(
                provider => provider.GetRequiredKeyedService<DiscoveredClient>(name));
        }
        else
        {
            builder.ConfigureHttpClient((provider, client) =>
                client.BaseAddress ??= provider.GetRequiredKeyedService<DiscoveredClient>(name).Address);
        }

        return builder
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredKeyedService<DiscoveredClient>(name).CreateHandler())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
    }

    /// <summary>As the official factory tells it itself.</summary>
    private static bool IsGrpc(IHttpClientBuilder builder) => builder.Services.Any(service =>
        service.ImplementationInstance is ConfigureNamedOptions<GrpcClientFactoryOptions> { Name: { } name } && name == builder.Name);
}
