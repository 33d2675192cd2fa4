namespace Interceptors.Discovery.AspNetCore;

/// <summary>The keys of <see cref="ServiceRegistrationOptions"/> in configuration.</summary>
internal static class ServiceRegistrationKeys
{
    public static OptionKeys All { get; } = OptionKeys.Of<ServiceRegistrationOptions>(OptionKeys.Of<ReadinessOptions>());
}
