using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Interceptors;

internal static class CheckedOptionsExtensions
{
    /// <summary>Adds options that are checked when the host starts.</summary>
    public static OptionsBuilder<TOptions> AddChecked<
        TOptions, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TValidator>(
        this IServiceCollection services, Action<TOptions>? configure, string? name = null)
        where TOptions : class, new()
        where TValidator : OptionsValidator<TOptions>
    {
        var options = services.AddOptions<TOptions>(name).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        return options;
    }
}
