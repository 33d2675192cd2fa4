namespace Interceptors.Discovery;

/// <summary>Tells what a failed request says of its connection, and whether it can be sent again.</summary>
internal static class ConnectionFailures
{
    private const long NoError = 0;
    private const long RefusedStream = 7;

    /// <summary>Whether nothing of the request has left this side.</summary>
    public static bool IsUnsent(Exception exception) => exception switch
    {
        ObjectDisposedException => true, // The endpoint was closed between being picked and being called.
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => true,
        // A connection that has ended, or takes no stream at all, before the request was put on it; its I/O has not failed.
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: null } => true,
        _ => Has<EndpointUnavailableException>(exception),
    };

    /// <summary>
    /// Whether the server says that it has not processed the request: it refused the stream (RFC 9113, section 8.7), or the stream is above
    /// the last one that its GOAWAY names (section 6.8), which .NET reports as a protocol error without an error.
    /// </summary>
    public static bool IsUnprocessed(Exception exception) =>
        exception is HttpRequestException { InnerException: HttpProtocolException { ErrorCode: RefusedStream or NoError } };

    /// <summary>What went wrong, in words.</summary>
    public static string Describe(Exception exception)
    {
        if (IsUnprocessed(exception))
            return "the server did not take the request (a GOAWAY, or a refused stream)";
        while (exception is not EndpointUnavailableException && exception.InnerException is { } inner)
            exception = inner;
        return exception.Message;
    }

    private static bool Has<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T)
                return true;
        }

        return false;
    }
}
