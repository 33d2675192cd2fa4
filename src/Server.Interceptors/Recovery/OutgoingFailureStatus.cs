using Grpc.Core;

namespace Interceptors.Server;

/// <summary>
/// The status that the caller reads for the failure of a handler's outgoing call (<see cref="OutgoingFailureHandling"/>).
/// </summary>
internal static class OutgoingFailureStatus
{
    public static Status Of(Status inner, OutgoingFailureHandling handling, string? traceId)
    {
        if (handling == OutgoingFailureHandling.Hide)
            return Fixed(StatusCode.Internal, traceId);
        return inner.StatusCode switch
        {
            // A text that a client made up has the exception that it quotes.
            StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.FailedPrecondition
                or StatusCode.Aborted or StatusCode.OutOfRange => inner.DebugException is null && !string.IsNullOrEmpty(inner.Detail)
                    ? new Status(inner.StatusCode, inner.Detail)
                    : Fixed(inner.StatusCode, traceId),
            StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.ResourceExhausted =>
                Fixed(inner.StatusCode, traceId),
            _ => Fixed(StatusCode.Internal, traceId),
        };
    }

    private static Status Fixed(StatusCode code, string? traceId) => new(code, StatusText.Fixed(code, traceId));
}
