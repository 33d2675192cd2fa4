using System.Globalization;
using Grpc.Core;

namespace Interceptors.Discovery.Tests;

/// <summary>Writes down what has been read, on one line, for comparing.</summary>
internal static class Describing
{
    public static string Describe(this ServiceConfigDocument document)
    {
        List<string> parts = [];
        if (document.Balancing is { } balancing)
            parts.Add($"{balancing.Policy}{Describe(balancing.Configuration)}");
        parts.AddRange(document.Methods.Select(Describe));
        if (document.Throttling is { } throttling)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"throttling {throttling.MaxTokens} {throttling.TokenRatio}"));
        if (document.HealthCheckedService is { } health)
            parts.Add($"health '{health}'");
        return parts.Count == 0 ? "nothing" : string.Join("; ", parts);
    }

    private static string Describe(MethodSettings method)
    {
        var text = string.Join(',', method.Names.Select(name => name.Key.Length == 0 ? "*" : name.Key));
        text = text.Length == 0 ? "nobody" : text;
        text += method.Timeout is { } timeout ? $" timeout {timeout:c}" : "";
        text += method.WaitForReady ? " waits" : "";
        text += method.MaxRequestBytes is { } request ? $" request {request}" : "";
        text += method.MaxResponseBytes is { } response ? $" response {response}" : "";
        text += method.Retry is { } r
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" retry {r.MaxAttempts} {r.InitialBackoff:c} {r.MaxBackoff:c} {r.BackoffMultiplier}{Codes(r.Codes)}")
            : "";
        return text + (method.Hedging is { } h ? $" hedging {h.MaxAttempts} {h.Delay:c}{Codes(h.NonFatalCodes)}" : "");
    }

    private static string Codes(IEnumerable<StatusCode> codes) => string.Concat(codes.Select(code => $" {code}"));

    private static string Describe(object? value) => value switch
    {
        IReadOnlyDictionary<string, object> fields => $"{{{string.Join(',', fields.Select(f => $"{f.Key}:{Describe(f.Value)}"))}}}",
        List<object> items => $"[{string.Join(',', items.Select(Describe))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
