using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace Interceptors.Server;

/// <summary>Limits how many calls run at once. A call holds its slot until it has ended.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A limiter without a timer holds memory only; those who wait end with their calls.")]
internal sealed class ConcurrencyGate : LimitGate
{
    private readonly ConcurrencyLimiter _limiter;
    private readonly int _places;

    public ConcurrencyGate(LimitKind kind, int places, int queueLength, LogThrottle refusals)
        : base(kind, queueLength > 0, refusals)
    {
        _places = places;
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = places,
            QueueLimit = queueLength,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    public override long Running => _places - _limiter.GetStatistics()!.CurrentAvailablePermits;

    public override long Queued => _limiter.GetStatistics()!.CurrentQueuedCount;

    public override bool IsIdle => _limiter.IdleDuration is not null;

    // A slot becomes free when a call ends, and nobody knows when.
    public override TimeSpan? RetryAfter => null;

    public override bool TryPass(ServerCall call) => Take(call, _limiter.AttemptAcquire());

    public override async ValueTask<bool> WaitAsync(ServerCall call) =>
        Take(call, await _limiter.AcquireAsync(1, call.Context.CancellationToken).ConfigureAwait(false));

    private static bool Take(ServerCall call, RateLimitLease lease)
    {
        if (lease.IsAcquired)
            call.DisposeAtEnd(lease);
        return lease.IsAcquired;
    }
}
