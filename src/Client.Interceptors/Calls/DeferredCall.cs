using System.Runtime.CompilerServices;
using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>A call that is sent later, and not at all if it ends before.</summary>
/// <param name="start">What it waits for.</param>
/// <param name="send">Sends it.</param>
internal sealed class DeferredCall<TRequest, TResponse>(DeferredStart start, Func<IDisposable> send) : IWrappedCall
    where TRequest : class
    where TResponse : class
{
    private Task<IDisposable>? _started;
    private volatile bool _disposed;

    // Begins with the first use, when this object is complete.
    private Task<IDisposable> Started => _started ??= StartAsync();

    public AsyncUnaryCall<TResponse> Unary() => WrappedCalls.Unary(this, ResponseAsync());

    public AsyncServerStreamingCall<TResponse> ServerStreaming() => WrappedCalls.ServerStreaming(this, Responses());

    public AsyncClientStreamingCall<TRequest, TResponse> ClientStreaming() =>
        WrappedCalls.ClientStreaming(this, Requests(), ResponseAsync());

    public AsyncDuplexStreamingCall<TRequest, TResponse> Duplex() => WrappedCalls.Duplex(this, Requests(), Responses());

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    public async Task<Metadata> HeadersAsync() =>
        await AsyncCallMembers<TRequest, TResponse>.HeadersAsync(await Started.ConfigureAwait(false)).ConfigureAwait(false);

    public Status GetStatus() => Started.IsCompletedSuccessfully
        ? AsyncCallMembers<TRequest, TResponse>.StatusOf(Started.Result)
        : Failure().Status;

    public Metadata GetTrailers() => Started.IsCompletedSuccessfully
        ? AsyncCallMembers<TRequest, TResponse>.TrailersOf(Started.Result)
        : Failure().Trailers;

    public void Dispose()
    {
        _disposed = true;
        // Before the wait is cancelled: that may run the rest of StartAsync right here.
        if (Started.IsCompletedSuccessfully)
            Started.Result.Dispose();
        else
            start.Cancel();
    }

    private DeferredRequestStream<TRequest> Requests() => new(
        async () => AsyncCallMembers<TRequest, TResponse>.Requests(await Started.ConfigureAwait(false)), start.Cancel);

    private DeferredResponseStream<TResponse> Responses() => new(ResponseStreamAsync(), start.Cancel);

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<TResponse> ResponseAsync() =>
        await AsyncCallMembers<TRequest, TResponse>.ResponseAsync(await Started.ConfigureAwait(false)).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<IAsyncStreamReader<TResponse>> ResponseStreamAsync() =>
        AsyncCallMembers<TRequest, TResponse>.Responses(await Started.ConfigureAwait(false));

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<IDisposable> StartAsync()
    {
        var notes = CallNotes.Current;
        await start.WaitAsync(notes).ConfigureAwait(false);
        IDisposable call;
        using (CallNotes.Enter(notes, flows: notes is not null))
            call = send();
        if (_disposed)
            call.Dispose();
        return call;
    }

    private RpcException Failure() =>
        Started.Exception?.InnerException as RpcException ?? throw new InvalidOperationException("The call has not ended yet.");
}
