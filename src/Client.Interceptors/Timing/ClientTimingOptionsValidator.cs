namespace Interceptors.Client;

internal sealed class ClientTimingOptionsValidator : OptionsValidator<ClientTimingOptions>
{
    protected override IEnumerable<string> Problems(ClientTimingOptions options) =>
        TimingLevels.Problems(options.SlowCallThreshold, options.MethodLevels);
}
