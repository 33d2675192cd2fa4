using Grpc.Core;

namespace Interceptors.Server;

/// <summary>The response stream of a call whose messages somebody counts, or chooses write options for.</summary>
internal sealed class WatchedResponses<TResponse>(IServerStreamWriter<TResponse> inner, CallMessages messages) : IServerStreamWriter<TResponse>
{
    /// <summary>The handler's own; what is chosen for one message is not to be seen in it.</summary>
    public WriteOptions? WriteOptions
    {
        get => ReferenceEquals(inner.WriteOptions, CallMessages.Uncompressed) ? null : inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message)
    {
        Choose(message);
        var writing = inner.WriteAsync(message);
        messages.CountSent();
        return writing;
    }

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        Choose(message);
        var writing = inner.WriteAsync(message, cancellationToken);
        messages.CountSent();
        return writing;
    }

    private void Choose(TResponse message)
    {
        if (messages.SendsUncompressed is not null)
            inner.WriteOptions = messages.OptionsFor(message, inner.WriteOptions);
    }
}
