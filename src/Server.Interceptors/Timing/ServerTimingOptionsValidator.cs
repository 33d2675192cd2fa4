namespace Interceptors.Server;

/// <summary>Validates <see cref="ServerTimingOptions"/>.</summary>
internal sealed class ServerTimingOptionsValidator : OptionsValidator<ServerTimingOptions>
{
    protected override IEnumerable<string> Problems(ServerTimingOptions options) =>
        TimingLevels.Problems(options.SlowCallThreshold, options.MethodLevels);
}
