namespace Interceptors.Propagation;

/// <summary>A wait of a call, from <see cref="CallNotes.BeginWait"/> until it is disposed.</summary>
public sealed class CallWait : IDisposable, ICallEntry
{
    private readonly string _subject;
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private long _ended;

    internal CallWait(string subject) => _subject = subject;

    /// <summary>The wait is over, whatever came of it.</summary>
    public void Dispose() => Interlocked.CompareExchange(ref _ended, TimeProvider.System.GetTimestamp(), 0);

    CallNote ICallEntry.ToNote(long start, long end)
    {
        var ended = Interlocked.Read(ref _ended);
        return new CallNote(
            CallNoteKind.Wait, _subject, Outcome: null, TimeProvider.System.GetElapsedTime(start, _began),
            TimeProvider.System.GetElapsedTime(_began, ended == 0 || ended > end ? Math.Max(_began, end) : ended));
    }
}
