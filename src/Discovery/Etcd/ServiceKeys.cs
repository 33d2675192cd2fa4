using Google.Protobuf;
using Interceptors.Discovery.Etcd.Protocol;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// The keys of one service, from a list and the events after it, and what they hold. Applying an event twice does no harm, nor one that
/// happened before the list was made. Of a value only a hash is kept: one that was rejected may be large.
/// </summary>
internal sealed partial class ServiceKeys(string service, IEndpointFormat format, DiscoveryMetrics metrics, ILogger logger)
{
    /// <summary>Of so many values that can't be read a log line is written, until a list has none.</summary>
    public const int MostReported = 200;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SortedEndpoints _endpoints = new();
    private long _listedAt;
    private int _reported;

    /// <summary>What a full list says. This one is left as it is; it only saves reading and reporting the same values again.</summary>
    /// <param name="pages">The list, page by page; none is kept.</param>
    public async Task<ServiceKeys> AfterAsync(IAsyncEnumerable<RangeResponse> pages)
    {
        var keys = new ServiceKeys(service, format, metrics, logger);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            if (keys._listedAt == 0)
                keys._listedAt = page.Header.Revision;
            foreach (var kv in page.Kvs)
            {
                var key = kv.Key.ToStringUtf8();
                if (format.IsInstanceKey(service, key))
                    keys._entries[key] = EntryOf(key, kv.Value);
            }
        }

        keys._endpoints.AddRange(keys._entries.SelectMany(e => e.Value.Endpoints.Select(endpoint => (e.Key, endpoint))));
        keys._reported = keys._entries.Values.Any(e => e.IsRejected) ? _reported : 0;
        return keys;
    }

    /// <summary>The revision of the list.</summary>
    public long ListedAt => _listedAt;

    public void Apply(Event change)
    {
        var key = change.Kv.Key.ToStringUtf8();
        if (change.Kv.ModRevision <= _listedAt || !format.IsInstanceKey(service, key))
            return;
        if (change.Type == Event.Types.EventType.Delete)
            Remove(key);
        else
            Put(key, EntryOf(key, change.Kv.Value));
    }

    /// <summary>The keys that are not the same in both.</summary>
    public List<string> DifferencesTo(ServiceKeys other)
    {
        var differences = _entries
            .Where(e => !other._entries.TryGetValue(e.Key, out var its) || its.Hash != e.Value.Hash)
            .Select(e => e.Key)
            .Concat(other._entries.Keys.Where(key => !_entries.ContainsKey(key)));
        return [.. differences.Order(StringComparer.Ordinal)];
    }

    public EndpointSnapshot ToSnapshot() => _endpoints.ToSnapshot(service);

    private void Put(string key, Entry entry)
    {
        Remove(key);
        _entries.Add(key, entry);
        foreach (var endpoint in entry.Endpoints)
            _endpoints.Add(key, endpoint);
    }

    private void Remove(string key)
    {
        if (!_entries.Remove(key, out var entry))
            return;
        foreach (var endpoint in entry.Endpoints)
            _endpoints.Remove(key, endpoint);
    }

    private Entry EntryOf(string key, ByteString value)
    {
        var hash = ValueHash.Of(value.Span);
        if (_entries.TryGetValue(key, out var known) && known.Hash == hash)
            return known;
        var (endpoints, problem) = format.Read(service, value);
        if (problem is not null)
        {
            Report(key, problem);
            metrics.Rejected(service);
        }

        return new Entry(hash, endpoints, IsRejected: problem is not null);
    }

    // Whoever may write there must not be able to fill the log.
    private void Report(string key, string problem)
    {
        _reported++;
        if (_reported <= MostReported)
            LogValueSkipped(logger, SafeText.Of(key), SafeText.Of(problem));
        else if (_reported == MostReported + 1)
            LogMoreSkipped(logger, service, MostReported);
    }

    private sealed record Entry(UInt128 Hash, IReadOnlyList<DiscoveryEndpoint> Endpoints, bool IsRejected);
}
