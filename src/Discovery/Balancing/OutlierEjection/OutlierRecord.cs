namespace Interceptors.Discovery;

/// <summary>
/// How the calls of an endpoint ended since rates were last looked at, and whether it is left out. Counts without a lock.
/// </summary>
internal sealed class OutlierRecord
{
    private int _succeeded;
    private int _failed;
    private int _consecutive;

    public bool IsEjected { get; set; }

    public long EjectedAt { get; set; }

    /// <summary>How often it was left out lately: each time is longer than the one before.</summary>
    public int Ejections { get; set; }

    /// <returns>How many calls have failed one after the other.</returns>
    public int Count(CallOutcome outcome)
    {
        switch (outcome)
        {
            case CallOutcome.Succeeded:
                Interlocked.Increment(ref _succeeded);
                Volatile.Write(ref _consecutive, 0);
                return 0;
            case CallOutcome.Failed:
                Interlocked.Increment(ref _failed);
                return Interlocked.Increment(ref _consecutive);
            default:
                return 0;
        }
    }

    /// <summary>The counts, which begin at 0 again.</summary>
    public (int Succeeded, int Failed) Take() => (Interlocked.Exchange(ref _succeeded, 0), Interlocked.Exchange(ref _failed, 0));

    /// <summary>Begins as if nothing had been.</summary>
    public void Restart()
    {
        IsEjected = false;
        Volatile.Write(ref _consecutive, 0);
        Take();
    }
}
