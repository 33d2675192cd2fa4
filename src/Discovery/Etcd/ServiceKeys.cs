using Google.Protobuf;
using Interceptors.Discovery.Etcd.Protocol;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// The keys of one service, from a list and the events after it, and what they hold. Applying an event twice does no harm, nor one that
/// happened before the list was made.
/// </summary>
internal sealed partial class ServiceKeys(string service, IEndpointFormat format, DiscoveryMetrics metrics, ILogger logger)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SortedEndpoints _endpoints = new();
    private long _listedAt;

    /// <summary>What a full list says. This one is left as it is; it only saves reading and reporting the same values again.</summary>
    public ServiceKeys After(RangeResponse list)
    {
        var keys = new ServiceKeys(service, format, metrics, logger) { _listedAt = list.Header.Revision };
        foreach (var kv in list.Kvs)
        {
            var key = kv.Key.ToStringUtf8();
            if (format.IsInstanceKey(service, key))
                keys._entries[key] = EntryOf(key, kv.Value);
        }

        keys._endpoints.AddRange(keys._entries.SelectMany(e => e.Value.Endpoints.Select(endpoint => (e.Key, endpoint))));
        return keys;
    }

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
        var differences = _entries.Where(e => !other._entries.TryGetValue(e.Key, out var its) || !its.Value.Equals(e.Value.Value)).Select(e => e.Key)
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
        if (_entries.TryGetValue(key, out var known) && known.Value.Equals(value))
            return known;
        var (endpoints, problem) = format.Read(service, value);
        if (problem is not null)
        {
            LogUnreadable(logger, key, problem);
            metrics.Rejected(service);
        }

        return new Entry(value, endpoints);
    }

    private sealed record Entry(ByteString Value, IReadOnlyList<DiscoveryEndpoint> Endpoints);

    [LoggerMessage(3010, LogLevel.Warning, "The value of key {Key} is skipped: {Problem}")]
    private static partial void LogUnreadable(ILogger logger, string key, string problem);
}
