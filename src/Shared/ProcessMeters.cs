using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Interceptors;

/// <summary>The meters for use without DI: one of each name for the whole process, never disposed.</summary>
internal static class ProcessMeters
{
    private static readonly ConcurrentDictionary<string, Meter> Meters = new();

    public static Meter Get(MeterOptions options) => Meters.GetOrAdd(options.Name, static (_, options) => new Meter(options), options);
}
