using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Net.ClientFactory;
using Interceptors.Discovery;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the gRPC clients of discovered services.</summary>
public static class DiscoveryClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds a generated client to be injected anywhere: <c>AddGrpcClient&lt;TClient&gt;()</c> of the official factory and
    /// <see cref="DiscoveryHttpClientBuilderExtensions.UseDiscovery(IHttpClientBuilder, string, Action{DiscoveryChannelOptions}?)"/>, no
    /// more. What the official factory's builder takes, this one takes.
    /// Its channel is a service too, keyed by the type of the client, <c>[FromKeyedServices(typeof(User.UserClient))] DiscoveryChannel</c>,
    /// or by <paramref name="name"/>.
    /// </summary>
    /// <typeparam name="TClient">The client, for example <c>User.UserClient</c>.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="target">What it calls, for example <c>etcd:///user</c>; see
    /// <see cref="DiscoveryChannelFactory.CreateChannel"/>.</param>
    /// <param name="configure">Changes the options of its channel; checked when the host starts.</param>
    /// <param name="name">
    /// Tells several clients of one type apart: such a client is a keyed service too, <c>[FromKeyedServices("eu")] User.UserClient</c>,
    /// beside <c>GrpcClientFactory.CreateClient</c>. Default: null, which means the name of the type.
    /// </param>
    /// <returns>The client's builder, for interceptors and all else.</returns>
    /// <exception cref="ArgumentException">The target or the name is wrong; the message shows the right form.</exception>
    /// <exception cref="InvalidOperationException">There is such a client already; the message says how to have two.</exception>
    public static IHttpClientBuilder AddDiscoveryClient<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        this IServiceCollection services, string target, Action<DiscoveryChannelOptions>? configure = null, string? name = null)
        where TClient : ClientBase<TClient>
    {
        ArgumentNullException.ThrowIfNull(services);
        _ = DiscoveryTarget.Parse(target, services.CustomSchemes());
        if (name is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var builder = (name is null ? services.AddGrpcClient<TClient>() : services.AddGrpcClient<TClient>(name))
            .UseDiscovery(target, configure);
        if (name is null)
        {
            services.AddKeyedSingleton(
                typeof(TClient), (provider, _) => provider.GetRequiredKeyedService<DiscoveryChannel>(builder.Name));
        }
        else
        {
            services.AddKeyedTransient(name, (provider, _) => provider.GetRequiredService<GrpcClientFactory>().CreateClient<TClient>(name));
        }

        return builder;
    }
}
