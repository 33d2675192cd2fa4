using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>
/// Why a call ended as it did, or took so long: what it waited for, which endpoints it was tried at, what was decided about it, and what
/// held for all calls at its end. Made by the client's timing interceptor for calls that fail, are slow, or were asked for; it is in their
/// log line and, as an event, in their span. See <see cref="Of"/> and <see cref="Ask"/> for code that wants it.
/// </summary>
public sealed class CallExplanation
{
    // There is no convention for it.
    private const string EventName = "interceptors.client.explanation";

    // A call may be moved a hundred times.
    private const int MostShown = 10;

    private static readonly ConditionalWeakTable<Exception, CallExplanation> OfFailures = [];

    internal CallExplanation(
        string method, Status status, TimeSpan elapsed, IReadOnlyList<CallNote> notes, string? endpoint, IReadOnlyList<string> conditions)
    {
        Method = method;
        Status = status;
        Elapsed = elapsed;
        Notes = notes;
        Endpoint = endpoint;
        Conditions = conditions;
    }

    /// <summary>The full name of the method, such as <c>/shop.Orders/Get</c>.</summary>
    public string Method { get; }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>What happened on the way, in its order. Empty for a call that was sent at once and got its answer.</summary>
    public IReadOnlyList<CallNote> Notes { get; }

    /// <summary>Where it was sent last, such as <c>10.0.0.1:5001</c>; null if it was not sent, or not through discovery.</summary>
    public string? Endpoint { get; }

    /// <summary>
    /// What held at the end of the call, in sentences: the age of the list, endpoints that can't take calls, ejections, fallbacks.
    /// </summary>
    public IReadOnlyList<string> Conditions { get; }

    /// <summary>The explanation of a failed call; null if nobody observed it.</summary>
    /// <param name="failure">The exception with which it failed, as its caller caught it.</param>
    /// <remarks>A call is observed if its client has the timing interceptor, and somebody listens to its log, metrics or spans.</remarks>
    public static CallExplanation? Of(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return OfFailures.TryGetValue(failure, out var explanation) ? explanation : null;
    }

    /// <summary>
    /// Asks for the explanation of each call that this code makes until the result is disposed, how ever they end:
    /// <c>using var asked = CallExplanation.Ask(); await client.GetAsync(request); Console.WriteLine(asked.Latest);</c>
    /// </summary>
    public static AskedExplanations Ask() => new();

    /// <summary>Adds it to a span, as an event <c>interceptors.client.explanation</c> with an attribute of that name.</summary>
    /// <param name="span">The span, before its end.</param>
    public void AddTo(Activity span)
    {
        ArgumentNullException.ThrowIfNull(span);
        span.AddEvent(new ActivityEvent(EventName, tags: new ActivityTagsCollection { { EventName, ToString() } }));
    }

    /// <summary>Makes it the explanation of the exception that the caller is about to see.</summary>
    /// <param name="failure">The exception; the first explanation stays.</param>
    public void Attach(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        OfFailures.TryAdd(failure, this);
    }

    /// <summary>
    /// All of it in one line, without the status: <c>waited 20 ms for a connection; 10.0.0.1:5001: Connection refused; sent to
    /// 10.0.0.2:5001; 2 endpoints, listed 3 s ago; 1 can't take calls (…)</c>. Safe to log.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Notes.Count > MostShown)
            Append(string.Create(CultureInfo.InvariantCulture, $"{Notes.Count - MostShown} earlier notes"));
        foreach (var note in Notes.TakeLast(MostShown))
            Append(note.ToString());
        if (Endpoint is not null)
            Append($"sent to {Endpoint}");
        foreach (var condition in Conditions)
            Append(condition);
        return text.ToString();

        void Append(string part) => text.Append(text.Length == 0 ? "" : "; ").Append(part);
    }
}
