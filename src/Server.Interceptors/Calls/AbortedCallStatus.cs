using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>
/// The status of a call whose request was aborted: Unavailable by the server's shutdown, DeadlineExceeded or Cancelled by its caller.
/// </summary>
internal static class AbortedCallStatus
{
    public static readonly Status Deadline = new(StatusCode.DeadlineExceeded, "The deadline passed.");

    private static readonly Status Cancelled = new(StatusCode.Cancelled, "The caller cancelled the call or went away.");

    // A caller that gives up at its deadline resets the stream, with the same code as one that cancels. The server's own clock for the
    // deadline started later, by the time that the request took to arrive.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    /// <param name="context">The request, if there is one.</param>
    /// <param name="deadline">When the caller stops waiting, in UTC; MaxValue if it waits for ever.</param>
    /// <param name="elapsed">How long the call has taken.</param>
    public static Status Of(HttpContext? context, DateTime deadline, TimeSpan elapsed)
    {
        if (ServerShutdown.HasAborted(context))
            return ServerShutdown.Status;
        if (deadline == DateTime.MaxValue)
            return Cancelled;
        var remaining = deadline - TimeProvider.System.GetUtcNow().UtcDateTime;
        return remaining <= Tolerance && remaining <= (remaining + elapsed) / 3 ? Deadline : Cancelled;
    }
}
