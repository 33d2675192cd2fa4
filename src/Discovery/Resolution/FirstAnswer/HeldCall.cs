using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>A call that begins once it is known where to send it.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The token source has no timer, so there is nothing to free.")]
internal sealed class HeldCall<TCall> : IDisposable
    where TCall : class, IDisposable
{
    private readonly CancellationTokenSource _disposed = new();

    public HeldCall(FirstAnswer answer, CallOptions options, Func<TCall> begin)
    {
        Options = options;
        Begun = BeginAsync(answer, begin).Observed();
    }

    public CallOptions Options { get; }

    /// <summary>The call itself; fails with what ended it before it had begun.</summary>
    public Task<TCall> Begun { get; }

    public async Task<Metadata> HeadersAsync(Func<TCall, Task<Metadata>> of) =>
        await of(await Begun.ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>The call itself, for a read or a write that, as everywhere in gRPC, ends the call when it is cancelled.</summary>
    public async Task<TCall> BegunOrCancelledAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(static held => ((HeldCall<TCall>)held!)._disposed.Cancel(), this);
        return await Begun.ConfigureAwait(false);
    }

    public Status Status(Func<TCall, Status> of)
    {
        if (Begun.IsCompletedSuccessfully)
            return of(Begun.Result);
        return Begun.Exception?.InnerException is RpcException ended
            ? ended.Status
            : throw new InvalidOperationException("The call has no status yet: it has not ended.");
    }

    public Metadata Trailers(Func<TCall, Metadata> of) => Begun.IsCompletedSuccessfully
        ? of(Begun.Result)
        : throw new InvalidOperationException("The call has no trailers: no server has ended it.");

    public void Dispose()
    {
        _disposed.Cancel();
        // Now, if it has begun; and if it is beginning at this very moment, once it has.
        Begun.ContinueWith(
            static begun => begun.Result.Dispose(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task<TCall> BeginAsync(FirstAnswer answer, Func<TCall> begin)
    {
        await answer.WaitAsync(Options, _disposed.Token).ConfigureAwait(false);
        try
        {
            return begin();
        }
        catch (ObjectDisposedException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The channel was closed before it was known where to send the call."));
        }
    }
}
