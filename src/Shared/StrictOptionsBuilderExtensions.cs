using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors;

internal static class StrictOptionsBuilderExtensions
{
    /// <summary>
    /// Binds options from a section. A key that is not known and a value that can't be read are errors when the host starts and when the
    /// options are first used, each with its full path. The options follow the section when it is reloaded and differs.
    /// </summary>
    /// <param name="builder">The options, with a name or without.</param>
    /// <param name="section">The section.</param>
    /// <param name="keys">The keys that may stand there.</param>
    /// <param name="bind">
    /// <c>static (section, options) => section.Bind(options)</c>, written out where the type is known, so that the binding is generated
    /// and needs no reflection.
    /// </param>
    public static OptionsBuilder<TOptions> BindStrictly<TOptions>(
        this OptionsBuilder<TOptions> builder, IConfiguration section, OptionKeys keys, Action<IConfiguration, TOptions> bind)
        where TOptions : class, new()
    {
        var name = builder.Name;
        builder.Services.AddSingleton<IOptionsChangeTokenSource<TOptions>>(_ => new SectionChangeTokenSource<TOptions>(name, section));
        return builder.Configure(options => Bind(name, options, section, keys, bind)).ValidateOnStart();
    }

    private static void Bind<TOptions>(
        string name, TOptions options, IConfiguration section, OptionKeys keys, Action<IConfiguration, TOptions> bind)
    {
        var problems = keys.Problems(section).ToList();
        if (problems.Count > 0)
            throw new OptionsValidationException(name, typeof(TOptions), problems);
        try
        {
            bind(section, options);
        }
        catch (InvalidOperationException)
        {
            // Its message quotes the value, so it goes no further.
            var path = section is IConfigurationSection { Path: var below } ? $"section '{below}'" : "configuration";
            throw new OptionsValidationException(
                name, typeof(TOptions), [$"The {path} has a value that {typeof(TOptions).Name} can't take."]);
        }
    }
}
