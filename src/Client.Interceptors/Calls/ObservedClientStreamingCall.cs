using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>An observed client streaming call.</summary>
internal sealed class ObservedClientStreamingCall<TRequest, TResponse>(in CallState state) : ObservedStreamingCall(state), IWrappedCall
{
    private AsyncClientStreamingCall<TRequest, TResponse> _inner = null!;

    /// <summary>Takes over the call that was started.</summary>
    /// <returns>Its response, which completes after the interceptor was told.</returns>
    public Task<TResponse> Started(AsyncClientStreamingCall<TRequest, TResponse> inner)
    {
        _inner = inner;
        return ObserveAsync();
    }

    public Task<Metadata> HeadersAsync() => _inner.ResponseHeadersAsync;

    public Status GetStatus() => _inner.GetStatus();

    public Metadata GetTrailers() => _inner.GetTrailers();

    /// <summary>A call that is disposed before its response has ended; it need not wait for the library to say so.</summary>
    public void Dispose()
    {
        _inner.Dispose();
        if (!_inner.ResponseAsync.IsCompleted)
            End(new Status(StatusCode.Cancelled, "The call was disposed before its response."));
    }

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<TResponse> ObserveAsync()
    {
        try
        {
            var message = await _inner.ResponseAsync.ConfigureAwait(false);
            Received();
            End(Status.DefaultSuccess);
            return message;
        }
        catch (Exception exception) when (Failed(exception, AsyncCallMembers<TRequest, TResponse>.TryGetStatus(_inner)))
        {
            throw;
        }
    }
}
