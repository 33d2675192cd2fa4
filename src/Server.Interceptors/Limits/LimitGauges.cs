using System.Diagnostics.Metrics;

namespace Interceptors.Server;

/// <summary>
/// Measures how many calls run and wait under each limit. Callers are summed up, because their keys must not be published.
/// </summary>
internal static class LimitGauges
{
    public static IEnumerable<Measurement<long>> Measure(WeakReference<LimitRegistry> held, Func<Limit, long> count)
    {
        if (!held.TryGetTarget(out var limits))
            yield break;
        if (limits.Methods.Server is { } server)
            yield return new(count(server), System, Of(LimitKind.Server));
        foreach (var method in limits.Methods.Methods)
        {
            if (method.Own is { } own)
                yield return new(count(own), System, Of(LimitKind.Method), new(RpcTelemetry.Method, RpcTelemetry.NameOf(method.Method)));
        }
        if (limits.Callers is not { } callers)
            yield break;
        var all = callers.Others is { } others ? count(others) : 0;
        foreach (var caller in callers.Known)
            all += count(caller);
        yield return new(all, System, Of(LimitKind.Caller));
    }

    private static KeyValuePair<string, object?> System => new(RpcTelemetry.System, RpcTelemetry.SystemGrpc);

    private static KeyValuePair<string, object?> Of(LimitKind kind) => new(RpcTelemetry.Limit, kind.Name());
}
