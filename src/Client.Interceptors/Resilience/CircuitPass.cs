using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The permission of a circuit breaker for one attempt. The first thing known of the attempt counts.</summary>
internal sealed class CircuitPass(CircuitBreaker circuit, int probe)
{
    private int _isSettled;

    /// <summary>Whether the circuit waits for this attempt.</summary>
    public bool IsProbe => probe > 0;

    /// <summary>The attempt has a status.</summary>
    public void Settle(StatusCode status, bool timedOut = false)
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 0)
            circuit.Report(probe, circuit.IsFailure(status, timedOut));
    }

    /// <summary>Settles the attempt when headers have arrived, or it ended without any.</summary>
    /// <param name="call">The call of the attempt. It is not kept from being collected.</param>
    public Task SettleAtHeadersAsync<TRequest, TResponse>(IDisposable call)
        where TRequest : class
        where TResponse : class =>
        SettleAsync<TRequest, TResponse>(AsyncCallMembers<TRequest, TResponse>.HeadersAsync(call), new WeakReference<IDisposable>(call));

    private async Task SettleAsync<TRequest, TResponse>(Task<Metadata> headers, WeakReference<IDisposable> call)
        where TRequest : class
        where TResponse : class
    {
        await ((Task)headers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (headers.IsCompletedSuccessfully)
            await Task.Delay(TrailersOnly.Grace).ConfigureAwait(false);
        if (call.TryGetTarget(out var inner) && AsyncCallMembers<TRequest, TResponse>.TryGetStatus(inner) is { } status)
            Settle(status.StatusCode);
        else if (headers.IsCompletedSuccessfully)
            Settle(StatusCode.OK);
    }
}
