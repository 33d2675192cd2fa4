using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>Which calls are made: all of it follows from the seed.</summary>
internal static class MixedPlan
{
    private static readonly CallKind[] Kinds = Enum.GetValues<CallKind>();
    private static readonly MixedEnd[] Ends = Enum.GetValues<MixedEnd>();

    // Only the collector ends these, and each holds a handler of the server until then.
    private const int MostAbandonedForEver = 30;

    public static IReadOnlyList<MixedCall> Of(int seed, int count)
    {
        var random = new Random(seed);
        var calls = new List<MixedCall>(count);
        var abandoned = 0;
        while (calls.Count < count)
        {
            var kind = Kinds[random.Next(Kinds.Length)];
            // What every service sees most.
            var end = random.Next(4) == 0 ? MixedEnd.Success : Ends[random.Next(Ends.Length)];
            if (!Suits(end, kind) || (end == MixedEnd.AbandonedForEver && abandoned++ >= MostAbandonedForEver))
                continue;
            calls.Add(new MixedCall(calls.Count, kind, end, random.Next(1, 4), random.Next(1, 6), random.Next(1, 40)));
        }
        return calls;
    }

    /// <summary>Every kind with every end that it can have.</summary>
    public static IReadOnlyList<MixedCall> EachOnce() =>
    [
        .. (from kind in Kinds from end in Ends where Suits(end, kind) select (kind, end))
            .Select((call, number) => new MixedCall(number, call.kind, call.end, Requests: 2, Responses: 2, Delay: 20)),
    ];

    private static bool Suits(MixedEnd end, CallKind kind) => end switch
    {
        // A blocking call can't be disposed.
        MixedEnd.DisposedAtOnce or MixedEnd.DisposedWhileHandled => kind != CallKind.BlockingUnary,
        MixedEnd.CancelledAfterFirst or MixedEnd.DisposedAfterFirst or MixedEnd.AbandonedThenCancelled or MixedEnd.AbandonedThenDeadline
            or MixedEnd.AbandonedForEver => kind is CallKind.ServerStreaming or CallKind.Duplex,
        // A message that can't be written fails its write, and leaves the stream as it is.
        MixedEnd.UnsendableRequest => kind is not (CallKind.ClientStreaming or CallKind.Duplex),
        _ => true,
    };
}
