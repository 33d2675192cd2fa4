namespace Interceptors.Discovery.AspNetCore;

internal sealed class DiscoveryPageOptionsValidator : OptionsValidator<DiscoveryPageOptions>
{
    private const int Most = 10_000;

    protected override IEnumerable<string> Problems(DiscoveryPageOptions options)
    {
        if (options.RefreshInterval < TimeSpan.FromMilliseconds(100) || options.RefreshInterval > TimeSpan.FromMinutes(1))
            yield return $"{nameof(options.RefreshInterval)} is {options.RefreshInterval}. Give a time between 100 ms and 1 minute.";
        if (options.MaxListeners is < 1 or > Most)
            yield return $"{nameof(options.MaxListeners)} is {options.MaxListeners}. Give a number between 1 and {Most}.";
        if (options.MaxChanges is < 0 or > Most)
            yield return $"{nameof(options.MaxChanges)} is {options.MaxChanges}. Give a number between 0 and {Most}.";
        if (options.MaxEndpoints is < 1 or > Most)
            yield return $"{nameof(options.MaxEndpoints)} is {options.MaxEndpoints}. Give a number between 1 and {Most}.";
    }
}
