using Interceptors;
using Interceptors.Discovery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets what holds for all channels of a container.</summary>
public static class DiscoveryChannelDefaultsServiceCollectionExtensions
{
    /// <summary>Takes the options that hold for every channel of the container from configuration.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">
    /// The section that holds the options, for example <c>{ "ConnectTimeout": "00:00:02", "Balancing": { "Zone": { "Local": "north" } }
    /// }</c>.
    /// A key that is not known is an error when the host starts.
    /// </param>
    /// <returns>The container.</returns>
    public static IServiceCollection ConfigureDiscoveryChannelDefaults(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddDiscoveryChannels().AddOptions<DiscoveryChannelOptions>().BindStrictly(configuration);
        return services;
    }

    /// <summary>Binds the options of a channel, or those of all.</summary>
    internal static OptionsBuilder<DiscoveryChannelOptions> BindStrictly(
        this OptionsBuilder<DiscoveryChannelOptions> options, IConfiguration section) =>
        options.BindStrictly(section, DiscoveryChannelOptionKeys.All, static (section, options) => section.Bind(options));
}
