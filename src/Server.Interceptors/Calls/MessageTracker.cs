using Grpc.Core;

namespace Interceptors.Server;

/// <summary>
/// Counts the messages of one call and decides which responses go uncompressed. Created only for calls where an interceptor needs it.
/// </summary>
internal sealed class MessageTracker
{
    /// <summary>What this kit sets where a message is not worth compressing; any other options are the handler's own.</summary>
    public static readonly WriteOptions Uncompressed = new(WriteFlags.NoCompress);

    private int _received;
    private int _sent;

    /// <summary>How many requests the handler has read.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>How many responses the handler has written to its stream.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>The one response of a handler that returned it.</summary>
    public object? Response { get; set; }

    /// <summary>
    /// Whether a response goes uncompressed, unless the handler's own write options say something; null leaves all as they are.
    /// </summary>
    public Func<object?, bool>? SendsUncompressed { get; set; }

    // One message is read, and one written, at a time.
    public void CountReceived() => Volatile.Write(ref _received, _received + 1);

    public void CountSent() => Volatile.Write(ref _sent, _sent + 1);

    /// <summary>The write options for a response, given those that are set.</summary>
    public WriteOptions? OptionsFor(object? response, WriteOptions? options)
    {
        if (SendsUncompressed is null || !(options is null || ReferenceEquals(options, Uncompressed)))
            return options;
        return SendsUncompressed(response) ? Uncompressed : null;
    }
}
