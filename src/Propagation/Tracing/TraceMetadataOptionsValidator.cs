using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Interceptors.Propagation;

internal sealed class TraceMetadataOptionsValidator : IValidateOptions<TraceMetadataOptions>
{
    public ValidateOptionsResult Validate(string? name, TraceMetadataOptions options)
    {
        var failures = new List<string>();
        if (KeyProblem(options.Key?.ToLowerInvariant()) is { } problem)
            failures.Add($"{nameof(TraceMetadataOptions)}.{nameof(options.Key)} '{options.Key}' {problem}; use a key such as '{TraceId.DefaultKey}'.");
        if (options.MaxJoinedEntries < 0)
            failures.Add($"{nameof(TraceMetadataOptions)}.{nameof(options.MaxJoinedEntries)} is {options.MaxJoinedEntries}; use 0 or more.");
        if (options.MaxJoinedBytes < 0)
            failures.Add($"{nameof(TraceMetadataOptions)}.{nameof(options.MaxJoinedBytes)} is {options.MaxJoinedBytes}; use 0 or more.");
        foreach (var pattern in options.JoinedKeys)
        {
            if (MetadataAllowList.PatternProblem(pattern) is { } reason)
                failures.Add($"{nameof(TraceMetadataOptions)}.{nameof(options.JoinedKeys)}: {reason}");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>For use without DI: the options, or the ArgumentException that says what to mend.</summary>
    public static TraceMetadataOptions Checked(IOptions<TraceMetadataOptions>? options)
    {
        var value = options?.Value ?? new TraceMetadataOptions();
        var result = new TraceMetadataOptionsValidator().Validate(null, value);
        return result.Failed ? throw new ArgumentException(result.FailureMessage, nameof(options)) : value;
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
