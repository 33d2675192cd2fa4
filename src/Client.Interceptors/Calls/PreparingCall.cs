using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// A call that waits for <see cref="ClientInterceptor.PrepareAsync"/> before it is sent. One object a call; a unary call that is sent
/// again is prepared again.
/// </summary>
public sealed class PreparingCall
{
    private CancellationTokenSource? _ended;

    internal PreparingCall(IMethod method, string? host, object? request, Metadata headers, in CallOptions options)
    {
        Method = method;
        Host = host;
        Request = request;
        Headers = headers;
        Deadline = options.Deadline;
        Credentials = options.Credentials;
    }

    /// <summary>The method that is called.</summary>
    public IMethod Method { get; }

    /// <summary>The host that the caller chose; null for the channel's own.</summary>
    public string? Host { get; }

    /// <summary>The request message; null where requests are streamed.</summary>
    public object? Request { get; }

    /// <summary>The metadata that will be sent, to read and to write: a copy of the caller's own.</summary>
    public Metadata Headers { get; }

    /// <summary>When the caller stops waiting, in UTC; null if it waits for ever.</summary>
    public DateTime? Deadline { get; }

    /// <summary>The call credentials that the caller chose; null if there are none.</summary>
    public CallCredentials? Credentials { get; }

    /// <summary>Cancelled when the call ends before it is sent: by its deadline, its caller's token, or because it is disposed.</summary>
    public CancellationToken CancellationToken => (_ended ??= new CancellationTokenSource()).Token;

    /// <summary>What ends the waiting. Taken once it is known that the call has to wait.</summary>
    internal CancellationTokenSource Ended => _ended ??= new CancellationTokenSource();

    /// <summary>What it waits for, for people to read.</summary>
    internal string WaitsFor { get; set; } = "its preparation";

    /// <summary>The fallback token of the call, if it is in <see cref="Headers"/>.</summary>
    internal CallToken? Token { get; set; }

    /// <summary>For the next attempt: the one before may have been cancelled.</summary>
    internal void Reset()
    {
        _ended?.Dispose();
        _ended = null;
    }
}
