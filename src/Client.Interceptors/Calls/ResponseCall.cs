using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>An observed call with one response: unary, or client streaming.</summary>
internal class ResponseCall<TResponse>(ClientInterceptor interceptor, scoped in OutgoingCall call) : ClientCall(interceptor, call)
{
    private Task<TResponse>? _response;

    /// <summary>The call object that this one stands in front of, once it was started.</summary>
    public IDisposable? Inner { get; private set; }

    protected bool IsDisposed { get; private set; }

    /// <summary>Takes over the call that was started.</summary>
    /// <returns>Its response, which completes after the interceptor was told.</returns>
    public Task<TResponse> Started(IDisposable inner, Task<TResponse> response)
    {
        Attach(inner, response);
        return ObserveAsync();
    }

    public void Succeeded()
    {
        Received();
        End(Status.DefaultSuccess);
    }

    /// <summary>A call that is disposed before its response has ended; it need not wait for the library to say so.</summary>
    public void Dispose()
    {
        IsDisposed = true;
        Inner!.Dispose();
        if (!_response!.IsCompleted)
            End(new Status(StatusCode.Cancelled, "The call was disposed before its response."));
    }

    protected void Attach(IDisposable inner, Task<TResponse> response)
    {
        Inner = inner;
        _response = response;
    }

    /// <summary>Sends the call again if that is possible and an interceptor wants it.</summary>
    protected virtual bool TryReissue(RpcException error) => false;

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private async Task<TResponse> ObserveAsync()
    {
        while (true)
        {
            try
            {
                var message = await _response!.ConfigureAwait(false);
                Succeeded();
                return message;
            }
            catch (RpcException error) when (TryReissue(error))
            {
            }
            catch (Exception exception) when (Failed(exception))
            {
                throw;
            }
        }
    }
}
