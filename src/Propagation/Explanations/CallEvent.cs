namespace Interceptors.Propagation;

/// <summary>What happened to a call at one moment.</summary>
internal sealed class CallEvent(CallNoteKind kind, string subject, string outcome) : ICallEntry
{
    private readonly long _at = TimeProvider.System.GetTimestamp();

    public CallNote ToNote(long start, long end) =>
        new(kind, subject, outcome, TimeProvider.System.GetElapsedTime(start, _at), TimeSpan.Zero);
}
