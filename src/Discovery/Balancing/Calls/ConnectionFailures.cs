using System.Net.Sockets;

namespace Interceptors.Discovery;

/// <summary>Tells a connection that failed from a call that did.</summary>
internal static class ConnectionFailures
{
    public static ConnectionFailure Of(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
            ConnectionFailure.Unsent,
        // The connection ended within the handshake. What else goes wrong there is not cured by connecting again.
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: IOException } => ConnectionFailure.Unsent,
        // A connection that has ended, or takes no stream at all, before the request was put on it; its I/O has not failed.
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: null } => ConnectionFailure.Unsent,
        HttpRequestException when IsBroken(exception.InnerException) => ConnectionFailure.Broken,
        // The connections' own time limit. The request's own end looks alike but for the token.
        OperationCanceledException { InnerException: TimeoutException } when !cancellationToken.IsCancellationRequested => ConnectionFailure.Unsent,
        _ => ConnectionFailure.None,
    };

    private static bool IsBroken(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded })
                return true;
        }

        return false;
    }
}
