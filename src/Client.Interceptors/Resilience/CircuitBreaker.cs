using Grpc.Core;
using Polly.CircuitBreaker;

namespace Interceptors.Client;

/// <summary>The circuit breaker of one method.</summary>
internal sealed class CircuitBreaker
{
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly StatusCode[] _codes;

    public CircuitBreaker(CircuitBreakerOptions options, string name, ResilienceReports reports)
    {
        _codes = options.Codes.Count == 0 ? [StatusCode.Unavailable] : [.. options.Codes];
        Strategy = new CircuitBreakerStrategyOptions
        {
            FailureRatio = options.FailureRatio,
            MinimumThroughput = options.MinimumThroughput,
            SamplingDuration = options.SamplingDuration,
            BreakDuration = options.BreakDuration,
            StateProvider = _state,
            ShouldHandle = args => new(IsFailure(ResilientCall.Of(args.Context), args.Outcome.Exception)),
            OnOpened = args =>
            {
                reports.CircuitOpened(name, args.BreakDuration);
                return default;
            },
            OnHalfOpened = _ =>
            {
                reports.CircuitHalfOpened(name);
                return default;
            },
            OnClosed = _ =>
            {
                reports.CircuitClosed(name);
                return default;
            },
        };
    }

    public CircuitBreakerStrategyOptions Strategy { get; }

    private bool IsFailure(ResilientCall call, Exception? exception) => exception switch
    {
        RpcException error when Array.IndexOf(_codes, error.StatusCode) >= 0 || call.TimedOut(error) => true,
        RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded } or OperationCanceledException =>
            // Whoever gave up on the one call that is let through has learnt nothing of the server.
            _state.CircuitState == CircuitState.HalfOpen,
        _ => false,
    };
}
