using System.Diagnostics;
using Interceptors.Propagation;

namespace Interceptors.Server;

/// <summary>
/// Lets the Activity of a request that comes without <c>traceparent</c> have the trace id that the request brings in metadata. Whoever
/// hosts the request extracts the parent right before it starts the Activity. All else is the inner propagator's.
/// </summary>
internal sealed class TraceIdPropagator(DistributedContextPropagator inner, string key) : DistributedContextPropagator
{
    public override IReadOnlyCollection<string> Fields => inner.Fields;

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);
        string? received = null;
        if (string.IsNullOrEmpty(traceId))
            getter?.Invoke(carrier, key, out received, out _);
        RootTraceId.UseNext(received);
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        inner.ExtractBaggage(carrier, getter);

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        inner.Inject(activity, carrier, setter);
}
