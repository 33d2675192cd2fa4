using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Interceptors;

/// <summary>The meters for use without DI: one of each name for the whole process, never disposed.</summary>
internal static class ProcessMeters
{
    private static readonly ConcurrentDictionary<string, Meter> Meters = new();

    /// <summary>The meter of that name and this assembly's version: the factory's, or the process's if the factory is null.</summary>
    public static Meter Get(string name, IMeterFactory? factory)
    {
        var options = new MeterOptions(name)
        {
            Version = typeof(ProcessMeters).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            TelemetrySchemaUrl = RpcTelemetry.SchemaUrl,
        };
        // A meter and an instrument of the same identity exist once per factory, however often they are asked for.
        return factory?.Create(options) ?? Meters.GetOrAdd(name, static (_, options) => new Meter(options), options);
    }
}
