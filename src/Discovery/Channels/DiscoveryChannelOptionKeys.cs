namespace Interceptors.Discovery;

/// <summary>The keys of <see cref="DiscoveryChannelOptions"/> in configuration.</summary>
internal static class DiscoveryChannelOptionKeys
{
    public static OptionKeys All { get; } = OptionKeys.Of<DiscoveryChannelOptions>(
        OptionKeys.Of<BalancingOptions>(
            OptionKeys.Of<SubsetOptions>(),
            OptionKeys.Of<HealthCheckingOptions>(),
            OptionKeys.Of<OutlierEjectionOptions>(OptionKeys.Of<SuccessRateOptions>(), OptionKeys.Of<FailurePercentageOptions>()),
            OptionKeys.Of<ZoneOptions>(),
            OptionKeys.Of<SlowStartOptions>(),
            OptionKeys.Of<LoadReportOptions>()),
        OptionKeys.Of<ChannelTlsOptions>(),
        OptionKeys.Of<ServiceConfigOptions>(),
        OptionKeys.Of<DiscoveryResolverOptions>(OptionKeys.Of<EndpointCacheOptions>()));
}
