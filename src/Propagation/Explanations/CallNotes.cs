using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// What is noted of one outgoing call while it is under way, to be read if the call ends badly: waits, failures, decisions, and where it
/// was sent. Most calls note nothing but the last of these, and pay for one small object.
/// </summary>
/// <remarks>
/// The timing interceptor makes them and reads them. What is below it finds them in <see cref="Current"/> while the call is being sent, and
/// keeps them itself if it goes on asynchronously.
/// </remarks>
public sealed class CallNotes
{
    // Costs nothing, and reaches what sends the call at once.
    [ThreadStatic]
    private static CallNotes? _current;

    // Costs each call an execution context, and reaches what sends it later.
    private static readonly AsyncLocal<CallNotes?> Flowing = new();

    // The tags of the server or null, then the route that the call was sent on, or everything as Entries: one field, since every call has
    // this.
    private object? _content;

    /// <summary>Creates the notes of a call.</summary>
    /// <param name="serverTags">
    /// What telemetry says of the server that the call is for, such as <c>server.address</c>; null for nothing. Kept, not copied.
    /// </param>
    public CallNotes(IReadOnlyList<KeyValuePair<string, object?>>? serverTags = null) => _content = serverTags;

    /// <summary>
    /// Those of the call that is being sent here; null if nobody is to read any. Keep them over an <c>await</c>: they may not be current
    /// after it.
    /// </summary>
    public static CallNotes? Current => _current ?? Flowing.Value;

    /// <summary>
    /// Whether the spans of calls get what is noted: <c>AddInterceptorsInstrumentation()</c> was called on the tracing builder, anywhere in
    /// this process.
    /// </summary>
    public static bool ReachSpans => RpcSpanListener.IsListening;

    /// <summary>Whether nothing was noted yet, not even where the call was sent.</summary>
    public bool IsEmpty => Volatile.Read(ref _content) is not (Entries or ICallRoute);

    /// <summary>What telemetry says of the server; null for nothing, and once a channel knows the endpoint.</summary>
    internal IReadOnlyList<KeyValuePair<string, object?>>? ServerTags => Volatile.Read(ref _content) switch
    {
        IReadOnlyList<KeyValuePair<string, object?>> tags => tags,
        Entries entries => entries.ServerTags,
        _ => null,
    };

    /// <summary>Sends a call with these notes: they are <see cref="Current"/> on this thread until the result is disposed.</summary>
    /// <param name="notes">The notes of the call; null where another call is made that has none.</param>
    /// <param name="flows">
    /// Whether they are also current in what is started meanwhile and goes on asynchronously. That costs some 150 B a call. grpc-dotnet
    /// sends the first call of a channel, and no other, asynchronously.
    /// </param>
    public static Scope Enter(CallNotes? notes, bool flows = false) => new(notes, flows);

    /// <summary>The call is sent to an endpoint.</summary>
    /// <param name="route">The endpoint.</param>
    public void SentTo(ICallRoute route)
    {
        ArgumentNullException.ThrowIfNull(route);
        var before = Volatile.Read(ref _content);
        if (before is not Entries && ReferenceEquals(Interlocked.CompareExchange(ref _content, route, before), before))
            return;
        var entries = Write();
        lock (entries)
            entries.Route = route;
    }

    /// <summary>The call waits; dispose the result when the wait is over.</summary>
    /// <param name="subject">What it waits for, such as <c>a token</c>.</param>
    /// <param name="route">Where it is to go, if that is known and it has not been sent yet.</param>
    public CallWait BeginWait(string subject, ICallRoute? route = null)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var wait = new CallWait(subject);
        var entries = Write();
        lock (entries)
        {
            entries.All.Add(wait);
            entries.Aim ??= route;
        }
        return wait;
    }

    /// <summary>Something was tried and failed; the call may go on.</summary>
    /// <param name="subject">What failed: an endpoint, or <c>attempt 1</c>.</param>
    /// <param name="outcome">Why.</param>
    public void Failed(string subject, string outcome) => Add(CallNoteKind.Failure, subject, outcome);

    /// <summary>Something was decided about the call.</summary>
    /// <param name="subject">What it is about, such as <c>retry</c>.</param>
    /// <param name="outcome">What was decided, and why.</param>
    public void Decided(string subject, string outcome) => Add(CallNoteKind.Decision, subject, outcome);

    /// <summary>Puts together what is known at the end of the call.</summary>
    /// <param name="method">The full name of the method.</param>
    /// <param name="status">How the call ended.</param>
    /// <param name="start">When it began, as a timestamp of <see cref="TimeProvider.System"/>.</param>
    public CallExplanation Explain(string method, Status status, long start)
    {
        ArgumentNullException.ThrowIfNull(method);
        var end = TimeProvider.System.GetTimestamp();
        var content = Volatile.Read(ref _content);
        var route = content as ICallRoute;
        var aim = route;
        List<CallNote> notes = [];
        if (content is Entries entries)
        {
            lock (entries)
            {
                (route, aim) = (entries.Route, entries.Route ?? entries.Aim);
                foreach (var entry in entries.All)
                    notes.Add(entry.ToNote(start, end));
            }
        }
        List<string> conditions = [];
        aim?.Describe(conditions);
        return new CallExplanation(
            method, status, TimeProvider.System.GetElapsedTime(start, end), notes, route?.ToString(), conditions);
    }

    private void Add(CallNoteKind kind, string subject, string outcome)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(outcome);
        var entries = Write();
        lock (entries)
            entries.All.Add(new CallEvent(kind, subject, SafeText.Of(outcome)));
    }

    private Entries Write()
    {
        while (true)
        {
            var before = Volatile.Read(ref _content);
            if (before is Entries entries)
                return entries;
            var made = new Entries
            {
                Route = before as ICallRoute,
                ServerTags = before as IReadOnlyList<KeyValuePair<string, object?>>,
            };
            if (ReferenceEquals(Interlocked.CompareExchange(ref _content, made, before), before))
                return made;
        }
    }

    /// <summary>Makes what was current before current again when it is disposed.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "Is nothing by itself, and is used as var.")]
    public readonly ref struct Scope
    {
        private readonly CallNotes? _before;
        private readonly CallNotes? _flowingBefore;
        private readonly bool _flows;

        internal Scope(CallNotes? notes, bool flows)
        {
            _before = _current;
            _current = notes;
            _flowingBefore = flows || notes is null ? Flowing.Value : null;
            // Those of another call must not show through.
            _flows = flows || _flowingBefore is not null;
            if (_flows)
                Flowing.Value = notes;
        }

        /// <summary>Ends it, on the thread that began it.</summary>
        public void Dispose()
        {
            _current = _before;
            if (_flows)
                Flowing.Value = _flowingBefore;
        }
    }

    private sealed class Entries
    {
        public List<ICallEntry> All { get; } = [];

        /// <summary>Where it was sent last.</summary>
        public ICallRoute? Route { get; set; }

        /// <summary>Where it is to go.</summary>
        public ICallRoute? Aim { get; set; }

        public IReadOnlyList<KeyValuePair<string, object?>>? ServerTags { get; init; }
    }
}
