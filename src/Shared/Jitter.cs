using System.Diagnostics.CodeAnalysis;

namespace Interceptors;

/// <summary>Random numbers that spread load.</summary>
internal static class Jitter
{
    /// <summary>Between 0 and 1.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads load; nothing secret depends on it.")]
    public static double NextDouble() => Random.Shared.NextDouble();
}
