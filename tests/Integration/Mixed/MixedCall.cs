using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>One call of the plan, known on both sides by its trace id.</summary>
internal sealed record MixedCall(int Number, CallKind Kind, MixedEnd End, int Requests, int Responses, int Delay)
{
    /// <summary>In every request.</summary>
    public const string Marker = "planted-payload";

    private readonly TaskCompletionSource _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string TraceId => $"mixed-{Number}";

    /// <summary>Completes when the server's handler runs.</summary>
    public Task Handled => _handled.Task;

    /// <summary>The status that the caller saw; null where it stopped looking.</summary>
    public StatusCode? Seen => Error?.StatusCode ?? (HasSucceeded ? StatusCode.OK : null);

    public RpcException? Error { get; set; }

    public bool HasSucceeded { get; set; }

    public MixedRule Rule => MixedRule.Of(End, Kind);

    public bool StreamsRequests => Kind is CallKind.ClientStreaming or CallKind.Duplex;

    public bool StreamsResponses => Kind is CallKind.ServerStreaming or CallKind.Duplex;

    public string Text => Marker.PadRight(End switch
    {
        MixedEnd.UnsendableRequest => MixedSizes.ClientSends,
        MixedEnd.OversizeRequest => MixedSizes.ServerReceives,
        MixedEnd.UnsendableResponse => MixedSizes.ServerSends,
        MixedEnd.OversizeResponse => MixedSizes.ClientReceives,
        _ => 0,
    });

    public Ending Ending => End switch
    {
        MixedEnd.Status => Ending.ThrowStatus,
        MixedEnd.Exception => Ending.ThrowException,
        _ when Rule.Handler is null => Ending.Hang,
        _ => Ending.Return,
    };

    /// <summary>
    /// Whether the server may break off its response. Such a call has been seen, rarely and on a busy machine, to end with its connection
    /// closed and all calls on it failed; why is not known. So these do not share a connection with the others.
    /// </summary>
    public bool EndangersConnection => End == MixedEnd.ServerResets || Rule is { HasDeadline: true, Caller: not null };

    public void HandlerRuns() => _handled.TrySetResult();

    public override string ToString() => $"{TraceId} ({Kind}, {End})";
}
