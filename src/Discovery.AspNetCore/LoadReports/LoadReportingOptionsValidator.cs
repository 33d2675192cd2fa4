namespace Interceptors.Discovery.AspNetCore;

internal sealed class LoadReportingOptionsValidator : OptionsValidator<LoadReportingOptions>
{
    protected override IEnumerable<string> Problems(LoadReportingOptions options)
    {
        if (options.Interval < TimeSpan.FromMilliseconds(10) || options.Interval > TimeSpan.FromMinutes(1))
            yield return $"{nameof(options.Interval)} is {options.Interval}. Give a time between 10 ms and 1 minute.";
    }
}
