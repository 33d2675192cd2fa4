using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>Whether a call's request gets to the server.</summary>
internal enum Reach
{
    Always,

    /// <summary>The caller may have stopped before anything was sent.</summary>
    Perhaps,
    Never,
}

/// <summary>
/// Which statuses the two sides may report of a call, at any speed of the machine. Either the client reports what the server sent: then
/// both report the status with which the server ended the call by itself. Or the client ended the call itself: then the server reports
/// that, too, in its own words (Cancelled, or DeadlineExceeded where the caller had a deadline), or the status it had come to before it
/// knew.
/// </summary>
/// <remarks>
/// Where a deadline or a cancellation meets a call that is just getting its response, Grpc.Net.Client may tell the caller neither, but how
/// that broke its reading: Unavailable without any interceptor too, Cancelled and Internal were seen with them, rarely. The kit reports
/// what the caller is told.
/// </remarks>
/// <param name="Handler">The status with which the server ends the call if it is left to; null if it never does.</param>
/// <param name="Caller">The status with which the client ends the call itself; null if it never does.</param>
/// <param name="CallerIsFirst">Whether the client does so whatever the server sends.</param>
/// <param name="Reach">Whether the request gets to the server.</param>
/// <param name="HasDeadline">Whether the call has a deadline.</param>
/// <param name="IsRace">Whether the client may end the call at any moment of it.</param>
internal sealed record MixedRule(
    StatusCode? Handler, StatusCode? Caller = null, bool CallerIsFirst = false, Reach Reach = Reach.Always, bool HasDeadline = false,
    bool IsRace = false)
{
    private static readonly StatusCode[] BrokenReading = [StatusCode.Cancelled, StatusCode.Unavailable, StatusCode.Internal];

    public static MixedRule Of(MixedEnd end, CallKind kind) => end switch
    {
        MixedEnd.Success => new(StatusCode.OK),
        MixedEnd.DeadlineGenerous => new(StatusCode.OK, HasDeadline: true),
        MixedEnd.Status => new(StatusCode.NotFound),
        MixedEnd.Exception => new(StatusCode.Internal),
        MixedEnd.ServerCancels => new(StatusCode.Cancelled),
        MixedEnd.ServerResets => new(null, StatusCode.Internal),
        MixedEnd.CancelledAnytime => new(StatusCode.OK, StatusCode.Cancelled, Reach: Reach.Perhaps, IsRace: true),
        MixedEnd.CancelledBefore or MixedEnd.DisposedAtOnce => new(null, StatusCode.Cancelled, Reach: Reach.Perhaps),
        MixedEnd.CancelledWhileHandled or MixedEnd.CancelledAfterFirst or MixedEnd.DisposedWhileHandled or MixedEnd.DisposedAfterFirst
            or MixedEnd.AbandonedThenCancelled or MixedEnd.AbandonedForEver => new(null, StatusCode.Cancelled),
        MixedEnd.DeadlinePassed => new(null, StatusCode.DeadlineExceeded, Reach: Reach.Never, HasDeadline: true),
        MixedEnd.DeadlineShort or MixedEnd.AbandonedThenDeadline =>
            new(null, StatusCode.DeadlineExceeded, Reach: Reach.Perhaps, HasDeadline: true, IsRace: true),
        MixedEnd.DeadlineRace => new(StatusCode.OK, StatusCode.DeadlineExceeded, Reach: Reach.Perhaps, HasDeadline: true, IsRace: true),
        MixedEnd.UnsendableRequest => new(null, StatusCode.ResourceExhausted, Reach: Reach.Perhaps),
        MixedEnd.OversizeRequest or MixedEnd.UnsendableResponse => new(StatusCode.ResourceExhausted),
        MixedEnd.UndecodableRequest => new(kind is CallKind.ClientStreaming or CallKind.Duplex ? StatusCode.Internal : StatusCode.Unknown),
        MixedEnd.OversizeResponse => new(StatusCode.OK, StatusCode.ResourceExhausted, CallerIsFirst: true),
        MixedEnd.UndecodableResponse => new(StatusCode.OK, StatusCode.Internal, CallerIsFirst: true),
        MixedEnd.UnknownMethod => new(StatusCode.Unimplemented),
        MixedEnd.NobodyThere => new(null, StatusCode.Unavailable, Reach: Reach.Never),
        _ => throw new ArgumentOutOfRangeException(nameof(end)),
    };

    public bool AllowsClient(StatusCode client) => IsOfClient(client) || (client == Handler && !CallerIsFirst);

    /// <param name="client">What the client reports.</param>
    /// <param name="server">What the server reports; null for nothing, as the request did not arrive.</param>
    public bool Agree(StatusCode client, StatusCode? server)
    {
        if (!IsOfClient(client))
            return server == client;
        return server switch
        {
            null => Reach != Reach.Always,
            StatusCode.Cancelled => true,
            StatusCode.DeadlineExceeded => HasDeadline,
            _ => server == Handler,
        };
    }

    private bool IsOfClient(StatusCode client) => client == Caller || (IsRace && BrokenReading.Contains(client));
}
