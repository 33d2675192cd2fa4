using System.Buffers;
using System.Diagnostics;

namespace Interceptors.Propagation;

/// <summary>
/// Validates and creates the trace ids that cross the wire: 1 to 128 characters of <c>[A-Za-z0-9._:-]</c>. Any other value is replaced and
/// never logged.
/// </summary>
public static class TraceId
{
    /// <summary>The metadata key that carries the trace id unless configured otherwise: <c>x-trace-id</c>.</summary>
    public const string DefaultKey = "x-trace-id";

    /// <summary>The longest valid trace id, in characters.</summary>
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether <paramref name="value"/> may be taken over as a trace id.</summary>
    /// <param name="value">What was received; null is not valid.</param>
    public static bool IsValid(string? value) =>
        value is { Length: > 0 and <= MaxLength } && !value.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>A new random trace id in the form of W3C Trace Context: 32 lower-case hexadecimal digits.</summary>
    public static string Create() => (Activity.TraceIdGenerator?.Invoke() ?? ActivityTraceId.CreateRandom()).ToHexString();

    /// <summary>
    /// Whether an Activity can have this trace id: the form of W3C Trace Context, 32 lower-case hexadecimal digits, not all zero.
    /// </summary>
    /// <param name="value">A trace id; null has no form.</param>
    public static bool IsW3C(string? value) =>
        value is { Length: 32 } && !value.AsSpan().ContainsAnyExcept(HexDigits) && value.AsSpan().ContainsAnyExcept('0');

    /// <summary>
    /// The trace id of a call: <paramref name="received"/> if it is valid, else the one of <see cref="Activity.Current"/>,
    /// else a new one.
    /// </summary>
    /// <param name="received">What the other side sent, if anything.</param>
    public static string Resolve(string? received)
    {
        if (IsValid(received))
            return received!;
        return Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : Create();
    }
}
