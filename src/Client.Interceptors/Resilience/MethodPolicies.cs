using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The policies of all methods, each made when its method is first called.</summary>
internal sealed class MethodPolicies(ResilienceOptions options, TimeProvider time, ResilienceReports reports)
{
    private readonly BoundedTable<(string? Host, string Method), MethodPolicy?> _policies =
        new(mayDrop: static policy => policy?.Limit?.IsIdle != false);

    private readonly BoundedTable<(string? Host, string Service), RetryBudget?> _budgets = new();

    private readonly RetryPolicy? _retry = options.Retry is null ? null : new RetryPolicy(options.Retry);
    private readonly MethodSelector _retried = MethodSelector.Parse(options.Retry?.IdempotentMethods ?? []);
    private readonly TimeSpan? _attemptTimeout = options.AttemptTimeout;
    private readonly CircuitBreakerOptions? _circuit = options.CircuitBreaker;
    private readonly MethodSelector _circuited = AllUnless(options.CircuitBreaker?.Methods);
    private readonly ConcurrencyLimitOptions? _limit = options.Concurrency;
    private readonly MethodSelector _limited = AllUnless(options.Concurrency?.Methods);
    private readonly bool _any = (
        options.Retry, options.AttemptTimeout, options.CircuitBreaker, options.Concurrency) != (null, null, null, null);

    /// <summary>The policy of a method; null if it has none.</summary>
    public MethodPolicy? For(IMethod method, string? host) =>
        _any
            ? _policies.GetOrAdd(
                (host, method.FullName), static (key, state) =>
                    state.Policies.Make(state.Method, key.Host), (Policies: this, Method: method))
            : null;

    private MethodPolicy? Make(IMethod method, string? host)
    {
        var name = method.FullName;
        var sendsOnce = method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;
        var retry = !sendsOnce && _retried.Matches(name) ? _retry : null;
        var timeout = method.Type == MethodType.Unary ? _attemptTimeout : null;
        var circuit = _circuit is not null && _circuited.Matches(name) ? new CircuitBreaker(_circuit, host + name, time, reports) : null;
        var limit = _limit is not null && _limited.Matches(name) ? new ConcurrencyLimit(_limit) : null;
        if ((retry, timeout, circuit, limit) == (null, null, null, null))
            return null;
        var budget = retry is null ? null : _budgets.GetOrAdd((host, method.ServiceName), static (_, retry) => retry.NewBudget(), retry);
        return new MethodPolicy(name, retry, budget, timeout, circuit, limit, time, reports);
    }

    private static MethodSelector AllUnless(IList<string>? patterns) =>
        patterns is { Count: > 0 } ? MethodSelector.Parse(patterns) : MethodSelector.All;
}
