using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>An observed call that streams requests and has one response.</summary>
internal sealed class ResponseCall<TRequest, TResponse>(in CallState state) : StreamedCall(state)
{
    /// <summary>The call object that this one stands in front of, once it was started.</summary>
    public AsyncClientStreamingCall<TRequest, TResponse> Inner { get; private set; } = null!;

    /// <summary>Takes over the call that was started.</summary>
    /// <returns>Its response, which completes after the interceptor was told.</returns>
    public Task<TResponse> Started(AsyncClientStreamingCall<TRequest, TResponse> inner)
    {
        Inner = inner;
        return ObserveAsync();
    }

    /// <summary>A call that is disposed before its response has ended; it need not wait for the library to say so.</summary>
    public void Dispose()
    {
        Inner.Dispose();
        if (!Inner.ResponseAsync.IsCompleted)
            End(new Status(StatusCode.Cancelled, "The call was disposed before its response."));
    }

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<TResponse> ObserveAsync()
    {
        try
        {
            var message = await Inner.ResponseAsync.ConfigureAwait(false);
            Received();
            End(Status.DefaultSuccess);
            return message;
        }
        catch (Exception exception) when (Failed(exception))
        {
            throw;
        }
    }
}
