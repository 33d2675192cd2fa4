using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The response stream of a call that is sent later. Reading waits until then.</summary>
/// <param name="started">The call's own response stream.</param>
/// <param name="cancel">Cancels the call: as gRPC does where a read is cancelled.</param>
internal sealed class DeferredResponseStream<TResponse>(Task<IAsyncStreamReader<TResponse>> started, Action cancel)
    : IAsyncStreamReader<TResponse>
{
    public TResponse Current => started.IsCompletedSuccessfully
        ? started.Result.Current
        : throw new InvalidOperationException("Nothing was read yet.");

    public Task<bool> MoveNext(CancellationToken cancellationToken) =>
        started.IsCompletedSuccessfully ? started.Result.MoveNext(cancellationToken) : WaitAsync(cancellationToken);

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        IAsyncStreamReader<TResponse> responses;
        using (cancellationToken.UnsafeRegister(static cancel => ((Action)cancel!)(), cancel))
            responses = await started.ConfigureAwait(false);
        return await responses.MoveNext(cancellationToken).ConfigureAwait(false);
    }
}
