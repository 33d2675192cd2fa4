using Interceptors.Discovery;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds discovery with a registry of one's own. What it adds is disposed with the container.</summary>
public static class EndpointSourceServiceCollectionExtensions
{
    /// <summary>
    /// Resolves <c>scheme:///service</c> with a source of your own. All of <see cref="DiscoveryResolverOptions"/> holds for it except the
    /// list on disk. To be called before <c>AddDiscoveryClient</c>, which refuses targets whose scheme is not known.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="scheme">
    /// What its targets start with, for example <c>consul</c>: letters, digits, <c>+</c>, <c>-</c> and <c>.</c>, a letter first
    /// (RFC 3986, section 3.1), in either case.
    /// </param>
    /// <param name="create">Makes the source, once and for all channels, when the first of them needs it.</param>
    /// <returns>The container.</returns>
    /// <exception cref="ArgumentException">The scheme is none, or one that has a meaning already.</exception>
    public static IServiceCollection AddEndpointSource(
        this IServiceCollection services, string scheme, Func<IServiceProvider, IEndpointSource> create)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentNullException.ThrowIfNull(create);
        if (!Uri.CheckSchemeName(scheme))
            throw new ArgumentException($"'{scheme}' is not a scheme: give letters, digits, +, - and ., a letter first.", nameof(scheme));
        scheme = scheme.ToLowerInvariant();
        if (TargetScheme.IsKnown(scheme) || scheme is "http" or "https" || services.CustomSchemes().Contains(scheme))
            throw new ArgumentException($"The scheme '{scheme}' has a meaning already. Give another.", nameof(scheme));

        services.AddDiscoveryChannels();
        services.AddSingleton(new CustomScheme(scheme));
        return services.AddKeyedSingleton(EndpointSources.KeyOf(scheme, cluster: ""), (provider, _) => create(provider));
    }

    /// <summary>The schemes that have been added so far.</summary>
    internal static IReadOnlySet<string> CustomSchemes(this IServiceCollection services) =>
        services.Select(s => s.IsKeyedService ? null : s.ImplementationInstance).OfType<CustomScheme>().Select(s => s.Name).ToHashSet();
}
