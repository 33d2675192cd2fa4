using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Discovery;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the clients of discovered services. What it adds is disposed with the container.</summary>
public static class DiscoveryClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds a generated client as a singleton, to be injected anywhere. Every <see cref="Interceptor"/> in the container is
    /// applied to its calls, in order of registration, the first one outermost, and those of its options inside of them.
    /// Its channel is a service too, for <see cref="DiscoveryChannel.ConnectAsync(TimeSpan, CancellationToken)"/>: keyed by the type of the
    /// client, <c>[FromKeyedServices(typeof(User.UserClient))] DiscoveryChannel channel</c>, or by <paramref name="name"/>.
    /// The channel is closed with the container, which a host disposes after all hosted services have stopped.
    /// </summary>
    /// <typeparam name="TClient">The client, for example <c>User.UserClient</c>.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="target">What it calls, for example <c>etcd:///user</c>; see
    /// <see cref="DiscoveryChannelFactory.CreateChannel"/>.</param>
    /// <param name="configure">Changes the options of its channel; checked at start.</param>
    /// <param name="name">
    /// Tells several clients of one type apart: the client is then a keyed service of this name,
    /// <c>[FromKeyedServices("eu")] User.UserClient client</c>. Options can be bound: they are the named options of this name.
    /// Default: null, which means the only client of its type, and no options but <paramref name="configure"/> and those of all channels.
    /// </param>
    /// <returns>The container.</returns>
    /// <exception cref="ArgumentException">The target or the name is wrong; the message shows the right form.</exception>
    /// <exception cref="InvalidOperationException">There is such a client already; the message says how to have two.</exception>
    public static IServiceCollection AddDiscoveryClient<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        this IServiceCollection services, string target, Action<DiscoveryChannelOptions>? configure = null, string? name = null)
        where TClient : ClientBase<TClient>
    {
        ArgumentNullException.ThrowIfNull(services);
        _ = DiscoveryTarget.Parse(target, services.CustomSchemes());
        if (name is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var key = name ?? (object)typeof(TClient);
        ThrowIfTaken(services, key);

        services.AddDiscoveryChannels();
        var optionsName = name ?? typeof(TClient).FullName!;
        var options = services.AddOptions<DiscoveryChannelOptions>(optionsName).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.AddKeyedSingleton(key, (provider, _) => Open(provider, target, optionsName));
        return name is null
            ? services.AddSingleton(provider => ClientOf<TClient>(provider, key))
            : services.AddKeyedSingleton(key, (provider, _) => ClientOf<TClient>(provider, key));
    }

    private static DiscoveryChannel Open(IServiceProvider provider, string target, string optionsName)
    {
        var options = provider.GetRequiredService<IOptionsFactory<DiscoveryChannelOptions>>().Create(optionsName);
        var place = 0;
        foreach (var interceptor in provider.GetServices<Interceptor>())
            options.Interceptors.Insert(place++, interceptor);
        return provider.GetRequiredService<DiscoveryChannelFactory>().Open(target, options);
    }

    private static TClient ClientOf<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        IServiceProvider provider, object key)
        where TClient : ClientBase<TClient> =>
        (TClient)Activator.CreateInstance(typeof(TClient), provider.GetRequiredKeyedService<DiscoveryChannel>(key).CreateCallInvoker())!;

    private static void ThrowIfTaken(IServiceCollection services, object key)
    {
        if (!services.Any(s => s.ServiceType == typeof(DiscoveryChannel) && key.Equals(s.ServiceKey)))
            return;
        throw new InvalidOperationException(key is Type type
            ? $"AddDiscoveryClient<{type.Name}> was called twice. Give one of the two a name: "
              + $"AddDiscoveryClient<{type.Name}>(target, name: \"eu\")."
            : $"The name '{key}' is taken by another client. Give each call of AddDiscoveryClient a name of its own.");
    }
}
