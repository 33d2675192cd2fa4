using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>What an exception from a request to etcd means for what to do next.</summary>
internal readonly record struct EtcdFailure(StatusCode StatusCode, string Detail, bool WasSent, Exception Exception)
{
    // RFC 9113, section 7.
    private const long EnhanceYourCalm = 0xb;

    /// <summary>The token is missing, expired, or from before a restart or a change of the users: a new one may help.</summary>
    public bool MayBeOldToken =>
        StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied
        || (StatusCode == StatusCode.InvalidArgument && IsAboutToken(Detail));

    /// <summary>This member can't answer at the moment; another may.</summary>
    public bool IsMembersTrouble =>
        StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Unknown or StatusCode.Internal
            or StatusCode.Cancelled
        || IsTooManyPings;

    /// <summary>The member ended the connection because it was pinged more often than it allows.</summary>
    public bool IsTooManyPings =>
        Detail.Contains("ENHANCE_YOUR_CALM", StringComparison.Ordinal)
        || Causes(Exception).OfType<HttpProtocolException>().Any(cause => cause.ErrorCode == EnhanceYourCalm);

    /// <summary>The answer is larger than this client takes: fewer keys fit into one.</summary>
    public static bool IsTooLarge(Exception exception) => Causes(exception).OfType<RpcException>().Any(cause =>
        cause.StatusCode == StatusCode.ResourceExhausted
        && cause.Status.Detail.Contains("maximum configured message size", StringComparison.Ordinal));

    public static EtcdFailure From(Exception exception) => exception switch
    {
        RpcException rpc => new(rpc.StatusCode, rpc.Status.Detail, WasSent: !IsConnectFailure(rpc.Status.DebugException), exception),
        OperationCanceledException => new(StatusCode.DeadlineExceeded, "no answer in time", WasSent: true, exception),
        // A write to a broken stream throws what the HTTP layer throws.
        _ => new(StatusCode.Unavailable, exception.Message, WasSent: true, exception),
    };

    /// <param name="operation">What was asked for.</param>
    /// <param name="subject">The key or lease it was about.</param>
    /// <param name="endpoint">Who was asked last.</param>
    /// <param name="wasSent">Whether any member may have carried it out.</param>
    /// <param name="options">What it was asked with.</param>
    public EtcdException ToException(string operation, string subject, string endpoint, bool wasSent, EtcdOptions options) =>
        new(
            $"etcd {operation} of '{subject}' at {endpoint} failed: {StatusCode}{(Detail.Length > 0 ? $": {Detail.TrimEnd('.')}" : "")}"
            + (EtcdHints.Of(this, endpoint, options) is { } hint ? $". {hint}" : ""),
            StatusCode, Exception)
        {
            WasSent = wasSent,
            IsMembersTrouble = IsMembersTrouble,
        };

    /// <summary>The text is etcd's only sign of it in a rejected watch, and in some versions elsewhere.</summary>
    public static bool IsAboutToken(string detail) =>
        detail.Contains("auth token", StringComparison.Ordinal)
        || detail.Contains("user name is empty", StringComparison.Ordinal)
        || detail.Contains("auth store is old", StringComparison.Ordinal)
        || detail.Contains("Unauthenticated", StringComparison.Ordinal);

    public static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = (exception as RpcException)?.Status.DebugException ?? exception.InnerException)
            yield return exception;
    }

    private static bool IsConnectFailure(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
    };
}
