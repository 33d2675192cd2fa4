namespace Interceptors.Discovery;

internal sealed class DiscoveryHealthOptionsValidator : OptionsValidator<DiscoveryHealthOptions>
{
    protected override IEnumerable<string> Problems(DiscoveryHealthOptions options)
    {
        if (options.StaleAfter < TimeSpan.Zero || options.StaleAfter > TimeSpan.FromDays(1))
            yield return $"{nameof(options.StaleAfter)} is {options.StaleAfter}. Give a time between zero and 1 day.";
    }
}
