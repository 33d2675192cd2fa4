using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Interceptors.Server;

/// <summary>
/// Measures how many calls run and wait under each limit. Callers are summed up, because their keys must not be published. There is more
/// than one set of limits where methods have their own, and after a reload, while calls still run under the earlier ones.
/// </summary>
internal sealed class LimitGauges
{
    private static readonly ConditionalWeakTable<Meter, LimitGauges> ByMeter = [];

    // A meter keeps its instruments for ever; it must not keep the limits.
    private readonly List<WeakReference<LimitRegistry>> _limits = [];

    private LimitGauges(Meter meter)
    {
        meter.CreateObservableUpDownCounter(
            RpcTelemetry.RunningCalls, () => Measure(static limit => limit.Running), "{call}",
            "Incoming gRPC calls that hold a place of a limit of calls at once.");
        meter.CreateObservableUpDownCounter(
            RpcTelemetry.QueuedCalls, () => Measure(static limit => limit.Queued), "{call}",
            "Incoming gRPC calls that wait for a limit.");
    }

    private static KeyValuePair<string, object?> System => new(RpcTelemetry.System, RpcTelemetry.SystemGrpc);

    /// <summary>Those of a meter, which has each instrument once.</summary>
    public static LimitGauges Of(Meter meter)
    {
        lock (ByMeter)
            return ByMeter.GetValue(meter, static meter => new LimitGauges(meter));
    }

    public void Add(LimitRegistry limits)
    {
        lock (_limits)
        {
            _limits.RemoveAll(static weak => !weak.TryGetTarget(out _));
            _limits.Add(new WeakReference<LimitRegistry>(limits));
        }
    }

    private List<Measurement<long>> Measure(Func<Limit, long> count)
    {
        var counts = new Dictionary<(LimitKind Kind, string Method), long>();
        foreach (var (kind, method, limit) in All().SelectMany(LimitsOf))
        {
            var key = (kind, method);
            counts[key] = counts.GetValueOrDefault(key) + (limit is null ? 0 : count(limit));
        }

        return [.. counts.Select(counted => Measured(counted.Key.Kind, counted.Key.Method, counted.Value))];
    }

    private List<LimitRegistry> All()
    {
        lock (_limits)
            return [.. _limits.Select(static weak => weak.TryGetTarget(out var limits) ? limits : null).OfType<LimitRegistry>()];
    }

    /// <summary>Each limit there is; null where there is none yet, but callers are limited.</summary>
    private static IEnumerable<(LimitKind Kind, string Method, Limit? Limit)> LimitsOf(LimitRegistry limits)
    {
        if (limits.Methods.Server is { } server)
            yield return (LimitKind.Server, "", server);
        foreach (var method in limits.Methods.Methods)
        {
            if (method.Own is { } own)
                yield return (LimitKind.Method, method.Method, own);
        }

        if (limits.Callers is not { } callers)
            yield break;
        yield return (LimitKind.Caller, "", callers.Others);
        foreach (var caller in callers.Known)
            yield return (LimitKind.Caller, "", caller);
    }

    private static Measurement<long> Measured(LimitKind kind, string method, long value)
    {
        var limit = new KeyValuePair<string, object?>(RpcTelemetry.Limit, kind.Name());
        return method.Length == 0
            ? new(value, System, limit)
            : new(value, System, limit, new(RpcTelemetry.Method, RpcTelemetry.NameOf(method)));
    }
}
