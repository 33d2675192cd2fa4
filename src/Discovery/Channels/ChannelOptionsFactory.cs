using Microsoft.Extensions.Options;

namespace Interceptors.Discovery;

/// <summary>Options of a name begin with what is set for all channels, which the options without a name are.</summary>
internal sealed class ChannelOptionsFactory(
    IEnumerable<IConfigureOptions<DiscoveryChannelOptions>> setups,
    IEnumerable<IPostConfigureOptions<DiscoveryChannelOptions>> postSetups,
    IEnumerable<IValidateOptions<DiscoveryChannelOptions>> validations)
    : OptionsFactory<DiscoveryChannelOptions>(setups, postSetups, validations)
{
    private readonly IConfigureOptions<DiscoveryChannelOptions>[] _setups = [.. setups];

    protected override DiscoveryChannelOptions CreateInstance(string name)
    {
        var options = new DiscoveryChannelOptions();
        if (name == Options.DefaultName)
            return options;
        foreach (var setup in _setups)
        {
            // Those for every name follow later, with the name.
            if (setup is not ConfigureNamedOptions<DiscoveryChannelOptions> { Name: null })
                setup.Configure(options);
        }

        return options;
    }
}
