using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// The file with the last known endpoints of one service. It may be missing, foreign, old or damaged, and the disk full: neither reading
/// nor writing ever throws.
/// </summary>
/// <param name="options">With a directory.</param>
/// <param name="cluster">Which registry the service is in: two that differ must never use each other's endpoints.</param>
/// <param name="service">The name of the service.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log to.</param>
internal sealed partial class EndpointCache(EndpointCacheOptions options, string cluster, string service, TimeProvider time, ILogger logger)
{
    private const int MostBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan OldestRefresh = TimeSpan.FromHours(1);

    private bool _isWriteBroken;

    public string FilePath { get; } = CachePath.Of(options.Directory!, cluster, service);

    /// <summary>How old what is written may become before it is written again, unchanged, so that it does not look outdated.</summary>
    public TimeSpan RefreshInterval { get; } = options.MaxAge / 4 < OldestRefresh ? options.MaxAge / 4 : OldestRefresh;

    /// <summary>The list, stale since it was confirmed last; null if there is none that can be used.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever is wrong with the file, the process starts without it.")]
    public EndpointSnapshot? Read()
    {
        try
        {
            if (!File.Exists(FilePath))
                return null;
            var list = JsonSerializer.Deserialize(ReadBytes(), CachedListJson.Default.CachedList);
            if (Problem(list) is { } problem)
                throw new FormatException(problem);
            var snapshot = EndpointSnapshot.Create(service, list!.Endpoints.Select(e => e.ToEndpoint()));
            LogUsed(logger, service, snapshot.Endpoints.Length, FilePath, list.Confirmed);
            return snapshot.AsStale(list.Confirmed, "the registry has not answered since the start");
        }
        catch (Exception exception)
        {
            LogIgnored(logger, service, FilePath, exception.Message);
            return null;
        }
    }

    /// <summary>Writes a list that the registry has confirmed just now.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever is wrong with the disk, calls go on without the file.")]
    public void Write(ImmutableArray<DiscoveryEndpoint> endpoints)
    {
        try
        {
            var list = new CachedList(
                CachedList.CurrentVersion, cluster, service, time.GetUtcNow(),
                [.. endpoints.Take(options.MaxEndpoints).Select(CachedEndpoint.Of)]);
            var bytes = JsonSerializer.SerializeToUtf8Bytes(list, CachedListJson.Default.CachedList);
            if (bytes.Length > MostBytes)
                throw new InvalidOperationException($"they take {bytes.Length} bytes, and a file holds {MostBytes} at most.");
            AtomicFile.Write(FilePath, bytes);
            _isWriteBroken = false;
        }
        catch (Exception exception)
        {
            if (!_isWriteBroken)
                LogNotWritten(logger, service, FilePath, exception.Message);
            _isWriteBroken = true;
        }
    }

    private byte[] ReadBytes()
    {
        using var stream = File.OpenRead(FilePath);
        if (stream.Length > MostBytes)
            throw new FormatException($"It is {stream.Length} bytes long, and {MostBytes} are read at most.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private string? Problem(CachedList? list)
    {
        if (list is not { Version: CachedList.CurrentVersion })
            return $"It is of version {list?.Version}, and this is version {CachedList.CurrentVersion}.";
        if (list.Cluster != cluster)
            return $"It belongs to cluster {list.Cluster}, and this is {cluster}.";
        if (list.Service != service)
            return $"It belongs to service '{list.Service}'.";
        if (list.Endpoints.Contains(null!))
            return "It holds an endpoint that is null.";
        if (list.Endpoints.Count > options.MaxEndpoints)
            return $"It holds {list.Endpoints.Count} endpoints, and {options.MaxEndpoints} are read at most.";
        // A clock that is far off makes the file as doubtful as age does.
        return (time.GetUtcNow() - list.Confirmed).Duration() > options.MaxAge
            ? $"The registry confirmed it last at {list.Confirmed:O}, longer ago than {nameof(options.MaxAge)}, {options.MaxAge}."
            : null;
    }
}
