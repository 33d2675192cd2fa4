using System.Diagnostics;

namespace Interceptors.Propagation;

/// <summary>
/// Chooses the trace id of an Activity that has no parent, so that a trace and the metadata of its call say the same id. Activities, their
/// sampling and <c>traceparent</c> stay the platform's: it asks <see cref="Activity.TraceIdGenerator"/>, and this is what answers. A
/// generator that was there before answers in all other cases.
/// </summary>
public static class RootTraceId
{
    private static readonly AsyncLocal<string?> Flowing = new();
    private static readonly Func<ActivityTraceId>? Others = Install();

    [ThreadStatic]
    private static string? _next;

    /// <summary>
    /// Chooses the id for all Activities without a parent that start before the result is disposed, and in what is started then.
    /// </summary>
    /// <param name="traceId">The id. Anything but the form of W3C Trace Context (<see cref="TraceId.IsW3C"/>) chooses nothing.</param>
    public static IDisposable Use(string? traceId) => new Scope(TraceId.IsW3C(traceId) ? traceId : null);

    /// <summary>
    /// Chooses the id for the next Activity without a parent that starts on this thread. For who knows that it is about to start.
    /// </summary>
    /// <param name="traceId">The id; null, or another form, takes back what was chosen.</param>
    public static void UseNext(string? traceId) => _next = TraceId.IsW3C(traceId) ? traceId : null;

    private static Func<ActivityTraceId>? Install()
    {
        var before = Activity.TraceIdGenerator;
        Activity.TraceIdGenerator = Generate;
        return before;
    }

    private static ActivityTraceId Generate()
    {
        var chosen = _next ?? Flowing.Value;
        _next = null;
        return chosen is not null ? ActivityTraceId.CreateFromString(chosen) : Others?.Invoke() ?? ActivityTraceId.CreateRandom();
    }

    private sealed class Scope : IDisposable
    {
        private readonly string? _before = Flowing.Value;

        public Scope(string? traceId) => Flowing.Value = traceId;

        public void Dispose() => Flowing.Value = _before;
    }
}
