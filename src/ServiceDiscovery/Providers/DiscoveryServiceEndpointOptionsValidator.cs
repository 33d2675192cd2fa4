namespace Interceptors.ServiceDiscovery;

internal sealed class DiscoveryServiceEndpointOptionsValidator : OptionsValidator<DiscoveryServiceEndpointOptions>
{
    protected override IEnumerable<string> Problems(DiscoveryServiceEndpointOptions options)
    {
        if (options.ServiceName is null)
            yield return $"{nameof(options.ServiceName)} is null. Give a function, or leave it as it is.";
        if (options.FirstAnswerTimeout < TimeSpan.Zero || options.FirstAnswerTimeout > TimeSpan.FromMinutes(1))
            yield return $"{nameof(options.FirstAnswerTimeout)} is {options.FirstAnswerTimeout}. Give zero to 1 minute.";
        if (options.IdleTimeout < TimeSpan.FromSeconds(1) || options.IdleTimeout > TimeSpan.FromDays(1))
            yield return $"{nameof(options.IdleTimeout)} is {options.IdleTimeout}. Give 1 second to 1 day.";
    }
}
