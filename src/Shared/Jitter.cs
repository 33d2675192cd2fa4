using System.Diagnostics.CodeAnalysis;

namespace Interceptors;

/// <summary>Randomness that spreads load.</summary>
internal static class Jitter
{
    /// <summary>Between 0 and 1.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads load; nothing secret depends on it.")]
    public static double NextDouble() => Random.Shared.NextDouble();

    /// <summary>Between half and all of a time.</summary>
    public static TimeSpan UpperHalf(TimeSpan time) => time * (0.5 + 0.5 * NextDouble());
}
