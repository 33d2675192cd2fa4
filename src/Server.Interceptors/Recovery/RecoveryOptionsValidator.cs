namespace Interceptors.Server;

/// <summary>Validates <see cref="RecoveryOptions"/>.</summary>
internal sealed class RecoveryOptionsValidator : OptionsValidator<RecoveryOptions>
{
    // The fixed statuses and the text of Internal with the longest trace id fit into half of it.
    private const int LeastTrailerBytes = 512;

    protected override IEnumerable<string> Problems(RecoveryOptions options)
    {
        if (options.MaxTrailerBytes < LeastTrailerBytes)
            yield return $"{nameof(options.MaxTrailerBytes)} is {options.MaxTrailerBytes}. Give {LeastTrailerBytes} or more.";
        if (!Enum.IsDefined(options.OutgoingFailures))
            yield return $"{nameof(options.OutgoingFailures)} is {options.OutgoingFailures}. Give ByCode, Hide or PassThrough.";
        foreach (var (type, mapping) in options.Mappings)
        {
            if (mapping.Code is { } code && !StatusText.IsFailure(code))
            {
                yield return $"Map<{type.Name}> has the status {code}, which is no failure. "
                    + "Give one of Cancelled (1) to Unauthenticated (16).";
            }
        }
    }
}
