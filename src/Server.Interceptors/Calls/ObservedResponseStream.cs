using Grpc.Core;

namespace Interceptors.Server;

/// <summary>A response stream that counts messages and sets their write options.</summary>
internal sealed class ObservedResponseStream<TResponse>(IServerStreamWriter<TResponse> inner, MessageTracker messages)
    : IServerStreamWriter<TResponse>
{
    /// <summary>The handler's own; what is chosen for one message is not to be seen in it.</summary>
    public WriteOptions? WriteOptions
    {
        get => ReferenceEquals(inner.WriteOptions, MessageTracker.Uncompressed) ? null : inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message)
    {
        Choose(message);
        return Count(inner.WriteAsync(message));
    }

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        Choose(message);
        return Count(inner.WriteAsync(message, cancellationToken));
    }

    /// <summary>A write that the transport refuses, such as one during another, has ended already.</summary>
    private Task Count(Task writing)
    {
        if (!writing.IsFaulted && !writing.IsCanceled)
            messages.CountSent();
        return writing;
    }

    private void Choose(TResponse message)
    {
        if (messages.SendsUncompressed is not null)
            inner.WriteOptions = messages.OptionsFor(message, inner.WriteOptions);
    }
}
