using Grpc.Core;

namespace Interceptors.Testing.Calls;

/// <summary>The client's end of the requests.</summary>
internal sealed class TestRequestStream<TRequest, TResponse>(TestCallRun<TRequest, TResponse> call) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private bool _completed;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            call.Cancel(); // As in Grpc.Net.Client, where a cancelled write cancels its call.
        return WriteAsync(message);
    }

    public Task WriteAsync(TRequest message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_completed)
            return Task.FromException(new InvalidOperationException("The request stream is completed. Write before CompleteAsync."));
        return call.Ended is null && call.TrySend(message) ? Task.CompletedTask : Task.FromException(Refusal());
    }

    public Task CompleteAsync()
    {
        _completed = true;
        call.CompleteRequests();
        return Task.CompletedTask;
    }

    private RpcException Refusal() => new(call.Ended!.Status, call.Ended.Trailers);
}
