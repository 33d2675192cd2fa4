using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The response stream of a call that is sent later. Reading waits until then.</summary>
internal sealed class DeferredResponseStream<TResponse>(Task<IAsyncStreamReader<TResponse>> started) : IAsyncStreamReader<TResponse>
{
    public TResponse Current => started.IsCompletedSuccessfully
        ? started.Result.Current
        : throw new InvalidOperationException("Nothing was read yet.");

    public Task<bool> MoveNext(CancellationToken cancellationToken) =>
        started.IsCompletedSuccessfully ? started.Result.MoveNext(cancellationToken) : WaitAsync(cancellationToken);

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<bool> WaitAsync(CancellationToken cancellationToken) =>
        await (await started.WaitAsync(cancellationToken).ConfigureAwait(false)).MoveNext(cancellationToken).ConfigureAwait(false);
}
