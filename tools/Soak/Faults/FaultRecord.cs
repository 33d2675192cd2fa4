namespace Interceptors.Soak.Faults;

/// <summary>One fault as it happened, on the clock of the run.</summary>
internal sealed class FaultRecord(string name, TimeSpan begin)
{
    public string Name => name;

    public TimeSpan Begin => begin;

    /// <summary>When everything was as before; null if that was not seen.</summary>
    public TimeSpan? End { get; set; }

    /// <summary>Null for all faults but the killing of a server.</summary>
    public Kill? Kill { get; set; }

    /// <summary>What did not come right; null if everything did.</summary>
    public string? Problem { get; set; }

    public bool IsInForce(TimeSpan from, TimeSpan to) => begin <= to && (End ?? TimeSpan.MaxValue) >= from;
}
