using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors;

internal sealed class TraceMetadataOptionsValidator : OptionsValidator<TraceMetadataOptions>
{
    protected override IEnumerable<string> Problems(TraceMetadataOptions options)
    {
        if (KeyProblem(options.Key?.ToLowerInvariant()) is { } problem)
            yield return $"{nameof(options.Key)} '{options.Key}' {problem}. Give a key such as '{TraceId.DefaultKey}'.";
        if (options.MaxJoinedEntries < 0)
            yield return $"{nameof(options.MaxJoinedEntries)} is {options.MaxJoinedEntries}. Give 0 or more.";
        if (options.MaxJoinedBytes < 0)
            yield return $"{nameof(options.MaxJoinedBytes)} is {options.MaxJoinedBytes}. Give 0 or more.";
        foreach (var reason in options.JoinedKeys.Select(MetadataAllowList.PatternProblem).OfType<string>())
            yield return $"{nameof(options.JoinedKeys)}: {reason}";
    }

    private static string? KeyProblem(string? key)
    {
        if (string.IsNullOrEmpty(key))
            return "is empty";
        if (!MetadataAllowList.IsLegalKey(key))
            return "is no legal metadata key (a-z 0-9 _ - .)";
        if (key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
            return "names a binary key, but a trace id is text";
        return MetadataAllowList.NeverCrosses(key) ? "belongs to the transport or to the platform's tracing" : null;
    }
}
