using System.Collections.Concurrent;

namespace Interceptors.Propagation;

/// <summary>
/// The explanations of the calls that were made since <see cref="CallExplanation.Ask"/>, by the code that asked and what it started.
/// </summary>
public sealed class AskedExplanations : IDisposable
{
    private static readonly AsyncLocal<AskedExplanations?> Ambient = new();
    private static int _asking;

    private readonly AskedExplanations? _before = Ambient.Value;
    private readonly ConcurrentQueue<CallExplanation> _calls = new();
    private int _disposed;

    internal AskedExplanations()
    {
        Ambient.Value = this;
        Interlocked.Increment(ref _asking);
    }

    /// <summary>Where the calls of this code are to be explained; null if nobody has asked.</summary>
    public static AskedExplanations? Current => Volatile.Read(ref _asking) == 0 ? null : Ambient.Value;

    /// <summary>The calls that have ended, in the order of their ends.</summary>
    public IReadOnlyList<CallExplanation> Calls => [.. _calls];

    /// <summary>The call that ended last; null if none has.</summary>
    public CallExplanation? Latest => _calls.LastOrDefault();

    /// <summary>A call has ended.</summary>
    /// <param name="explanation">Its explanation.</param>
    public void Add(CallExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        if (Volatile.Read(ref _disposed) == 0)
            _calls.Enqueue(explanation);
    }

    /// <summary>Asks no more; what was collected stays.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Interlocked.Decrement(ref _asking);
        if (ReferenceEquals(Ambient.Value, this))
            Ambient.Value = _before;
    }
}
