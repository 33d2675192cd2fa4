using Grpc.Core;

namespace Interceptors.Server;

/// <summary>Ends a stream when its access token does.</summary>
internal static class TokenExpiry
{
    private static readonly Status Expired = new(StatusCode.Unauthenticated, "The access token has expired.");
    // As far as timers reach, about.
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(40);

    public static void EndAt(ServerCall call, DateTimeOffset expiresAt, TimeProvider time)
    {
        var left = expiresAt - time.GetUtcNow();
        if (left > Farthest)
            return;
        var end = call.Endable();
        call.DisposeAtEnd(time.CreateTimer(
            static end => ((EarlyEnd)end!).End(Expired), end, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }
}
