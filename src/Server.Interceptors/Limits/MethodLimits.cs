using System.Collections.Concurrent;

namespace Interceptors.Server;

/// <summary>Finds the limits that apply to a method.</summary>
internal sealed class MethodLimits(LimitsOptions options, TimeProvider time)
{
    private static readonly string[] HealthAndReflection = ["grpc.health.v1.Health", "grpc.reflection.*"];

    private readonly Dictionary<string, CallLimit> _named =
        options.Methods.ToDictionary(entry => MethodPattern.Bare(entry.Key), entry => entry.Value, StringComparer.Ordinal);

    private readonly Func<string, bool> _isExempt =
        MethodPattern.AnyOf(options.Exempt.Concat(options.ExemptHealthAndReflection ? HealthAndReflection : []));

    // By declared names, so this does not grow with what callers ask for.
    private readonly ConcurrentDictionary<string, MethodLimit> _methods = new(StringComparer.Ordinal);

    public Limit? Server { get; } = options.Server is { } server ? new Limit(LimitKind.Server, server, new LogThrottle(time), time) : null;

    public IEnumerable<MethodLimit> Methods => _methods.Values;

    public MethodLimit Of(string method) =>
        _methods.TryGetValue(method, out var known) ? known : _methods.GetOrAdd(method, static (name, self) => self.Make(name), this);

    private MethodLimit Make(string method)
    {
        var bare = MethodPattern.Bare(method);
        if (_isExempt(bare))
            return new MethodLimit(method, IsExempt: true, Own: null, Gates: []);
        var service = bare[..Math.Max(0, bare.IndexOf('/', StringComparison.Ordinal))];
        var own = _named.GetValueOrDefault(bare) ?? _named.GetValueOrDefault(service) ?? options.EachMethod;
        var limit = own is null ? null : new Limit(LimitKind.Method, own, new LogThrottle(time), time);
        return new MethodLimit(method, IsExempt: false, limit, [.. limit?.Gates ?? [], .. Server?.Gates ?? []]);
    }
}
