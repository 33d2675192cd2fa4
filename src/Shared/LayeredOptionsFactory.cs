using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Interceptors;

/// <summary>
/// Options of a name begin with what is set for all, which the options without a name are; see <see cref="OptionsNames"/>.
/// </summary>
internal sealed class LayeredOptionsFactory<[DynamicallyAccessedMembers(
    DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
    IEnumerable<IConfigureOptions<TOptions>> setups, IEnumerable<IPostConfigureOptions<TOptions>> postSetups,
    IEnumerable<IValidateOptions<TOptions>> validations)
    : OptionsFactory<TOptions>(setups, postSetups, validations)
    where TOptions : class, new()
{
    private readonly IConfigureOptions<TOptions>[] _setups = [.. setups];

    protected override TOptions CreateInstance(string name)
    {
        var options = new TOptions();
        foreach (var layer in OptionsNames.Of(name).Where(layer => layer != name))
        {
            foreach (var setup in _setups)
            {
                // Those for every name follow later, with the name.
                if (setup is ConfigureNamedOptions<TOptions> { Name: null })
                    continue;
                if (setup is IConfigureNamedOptions<TOptions> named)
                    named.Configure(layer, options);
                else if (layer == Options.DefaultName)
                    setup.Configure(options);
            }
        }
        return options;
    }
}
