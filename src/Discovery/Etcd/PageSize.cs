namespace Interceptors.Discovery;

/// <summary>
/// How many keys to ask for next. A list's first page is small; pages grow where values are small, because etcd counts all keys that are
/// left for each, and shrink where values are large, because an answer is made and read as a whole.
/// </summary>
/// <param name="most">The most that is allowed.</param>
internal sealed class PageSize(int most)
{
    private const int First = 1000;
    private const int Growth = 4;

    /// <summary>By how much pages shrink where one was too large: what makes it so may stand in its last few keys.</summary>
    private const int Shrinking = 64;

    /// <summary>Values of the largest size that etcd takes by default fit into an answer of so many keys.</summary>
    private const int Few = 4;

    /// <summary>What a page shall hold at most, on average.</summary>
    private const int Bytes = 4 * 1024 * 1024;

    // What was too large once is read in small pages up to its end. Growing on the way would find it too large again and again.
    private long _heavyKeys;
    private long _mostOfHeavy;

    public long Keys { get; private set; } = Math.Min(First, most);

    /// <summary>A page has come.</summary>
    /// <param name="keys">How many keys it held.</param>
    /// <param name="bytes">How large it was.</param>
    public void OnRead(int keys, int bytes)
    {
        _heavyKeys -= keys;
        var fitting = Math.Max(1, (long)((double)keys * Bytes / Math.Max(bytes, 1)));
        Keys = Math.Min(fitting, Math.Min(Keys * Growth, _heavyKeys > 0 ? _mostOfHeavy : most));
    }

    /// <summary>The page was larger than an answer may be.</summary>
    public void OnTooLarge()
    {
        _heavyKeys = Keys;
        _mostOfHeavy = Math.Max(Few, Keys / Shrinking);
        Keys = Keys > Few ? Few : 1;
    }
}
