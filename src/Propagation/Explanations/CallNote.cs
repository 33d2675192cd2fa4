using System.Globalization;

namespace Interceptors.Propagation;

/// <summary>One thing that happened to a call on its way.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">
/// What was waited for (<c>the first list of endpoints</c>), what failed (an endpoint, <c>attempt 1</c>), or what was decided on.
/// </param>
/// <param name="Outcome">How it came out: why it failed, or what was decided. Null for a wait.</param>
/// <param name="At">When it began, counted from the start of the call.</param>
/// <param name="Duration">How long a wait took, up to the end of the call at most; zero for all else.</param>
public sealed record CallNote(CallNoteKind Kind, string Subject, string? Outcome, TimeSpan At, TimeSpan Duration)
{
    /// <summary>As it reads in a log line.</summary>
    public override string ToString() => Kind == CallNoteKind.Wait
        ? string.Create(CultureInfo.InvariantCulture, $"waited {Duration.TotalMilliseconds:0.#} ms for {Subject}")
        : $"{Subject}: {Outcome}";
}
