using Grpc.Core;

namespace Interceptors.Testing;

/// <summary>One call of a <see cref="TestCallInvoker"/>, as its handler sees it: what a server would read and write.</summary>
public abstract class TestCall
{
    private protected TestCall(IMethod method, CallOptions options)
    {
        Method = method;
        Options = options;
    }

    /// <summary>The called method; its <see cref="IMethod.Type"/> is the kind of the call.</summary>
    public IMethod Method { get; }

    /// <summary>The options of the call, as interceptors have left them.</summary>
    public CallOptions Options { get; }

    /// <summary>The response headers. The client gets them with the first response, or when the call ends. Empty by default.</summary>
    public Metadata ResponseHeaders { get; } = [];

    /// <summary>
    /// The trailers. The client gets them when the handler ends. The trailers of an <see cref="RpcException"/> that the handler throws are
    /// added. Empty by default.
    /// </summary>
    public Metadata ResponseTrailers { get; } = [];

    /// <summary>Is cancelled when the client ends the call: by its token, its deadline, or <c>Dispose</c>.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>The requests, until the client has completed its stream. Unary and server streaming calls have one.</summary>
    /// <exception cref="OperationCanceledException">While it is read: the client has ended the call.</exception>
    public abstract IAsyncEnumerable<object> ReadAllAsync();

    /// <summary>Sends a response. Unary and client streaming calls need exactly one.</summary>
    /// <param name="response">A response of the method.</param>
    /// <exception cref="InvalidCastException"><paramref name="response"/> is not a response of the method.</exception>
    /// <exception cref="InvalidOperationException">A second response of a unary or client streaming call.</exception>
    /// <exception cref="OperationCanceledException">The client has ended the call.</exception>
    public abstract Task WriteAsync(object response);

    /// <summary>Sends the response headers now, before the first response.</summary>
    public abstract void SendHeaders();

    internal abstract Task AnswerAsync(Func<object, object> answer);
}
