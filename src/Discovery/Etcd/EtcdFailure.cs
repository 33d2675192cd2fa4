using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>What an exception from a request to etcd means for what to do next.</summary>
internal readonly record struct EtcdFailure(StatusCode StatusCode, string Detail, bool WasSent, Exception Exception)
{
    /// <summary>The token is missing, expired, or from before a restart or a change of the users: a new one may help.</summary>
    public bool MayBeOldToken =>
        StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied
        || (StatusCode == StatusCode.InvalidArgument && IsAboutToken(Detail));

    /// <summary>This member can't answer at the moment; another may.</summary>
    public bool IsMembersTrouble =>
        StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Unknown or StatusCode.Internal
            or StatusCode.Cancelled;

    public static EtcdFailure From(Exception exception) => exception switch
    {
        RpcException rpc => new(rpc.StatusCode, rpc.Status.Detail, WasSent: !IsConnectFailure(rpc.Status.DebugException), exception),
        OperationCanceledException => new(StatusCode.DeadlineExceeded, "no answer in time", WasSent: true, exception),
        // A write to a broken stream throws what the HTTP layer throws.
        _ => new(StatusCode.Unavailable, exception.Message, WasSent: true, exception),
    };

    public EtcdException ToException(string operation, string subject, string endpoint) =>
        new($"etcd {operation} of '{subject}' at {endpoint} failed: {StatusCode}: {Detail}", StatusCode, Exception);

    /// <summary>The text is etcd's only sign of it in a rejected watch, and in some versions elsewhere.</summary>
    public static bool IsAboutToken(string detail) =>
        detail.Contains("auth token", StringComparison.Ordinal)
        || detail.Contains("user name is empty", StringComparison.Ordinal)
        || detail.Contains("auth store is old", StringComparison.Ordinal)
        || detail.Contains("Unauthenticated", StringComparison.Ordinal);

    private static bool IsConnectFailure(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
    };
}
