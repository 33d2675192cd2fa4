using Grpc.Core;

namespace Interceptors.Testing.Calls;

/// <summary>The client's end of the responses.</summary>
internal sealed class TestResponseStream<TRequest, TResponse>(TestCallRun<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? _current;

    public TResponse Current => _current ?? throw new InvalidOperationException("There is no response. Call MoveNext first.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = null;
        // A cancelled read cancels its call, as in Grpc.Net.Client.
        using var cancelled = cancellationToken.Register(call.Cancel);
        do
        {
            if (call.Ended is { ByClient: true } end)
                end.ThrowIfFailed();
            if (call.Responses.TryRead(out _current))
                return true;
        }
        while (await call.Responses.WaitToReadAsync(CancellationToken.None));
        call.Ended!.ThrowIfFailed();
        return false;
    }
}
