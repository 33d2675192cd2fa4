namespace Grpc.Core;

/// <summary>A status code with its explanation.</summary>
public struct Status
{
    /// <summary>Success without details.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancellation without details.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>A status with a code and a detail.</summary>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>A status with the local exception that caused it; the exception never travels over the wire.</summary>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The explanation for people.</summary>
    public string Detail { get; }

    /// <summary>The local cause, for debugging; null on the far side.</summary>
    public Exception? DebugException { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        // Only type and message of the cause: a stack trace would end up in every log line that prints a status.
        var cause = DebugException is { } exception ? $", DebugException=\"{exception.GetType()}: {exception.Message}\"" : "";
        return $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\"{cause})";
    }
}
