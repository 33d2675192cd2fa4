namespace Interceptors.Server;

internal sealed class TimingOptionsValidator : OptionsValidator<TimingOptions>
{
    protected override IEnumerable<string> Problems(TimingOptions options) =>
        TimingLevels.Problems(options.SlowCallThreshold, options.MethodLevels);
}
