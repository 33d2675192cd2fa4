using Google.Protobuf;
using Interceptors.Discovery.Etcd.Protocol;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>The keys of one service as they are known, and what they hold. Applying an event twice does no harm.</summary>
internal sealed partial class ServiceKeys(string service, IEndpointFormat format, ILogger logger)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Takes a full list; what is not in it is gone.</summary>
    public void Replace(IEnumerable<KeyValue> keyValues)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var keyValue in keyValues)
        {
            var key = keyValue.Key.ToStringUtf8();
            listed.Add(key);
            Put(key, keyValue.Value);
        }

        foreach (var gone in _entries.Keys.Where(key => !listed.Contains(key)).ToList())
            _entries.Remove(gone);
    }

    public void Apply(Event change)
    {
        var key = change.Kv.Key.ToStringUtf8();
        if (change.Type == Event.Types.EventType.Delete)
            _entries.Remove(key);
        else
            Put(key, change.Kv.Value);
    }

    public EndpointSnapshot ToSnapshot() =>
        EndpointSnapshot.Create(service, _entries.OrderBy(e => e.Key, StringComparer.Ordinal).SelectMany(e => e.Value.Endpoints));

    private void Put(string key, ByteString value)
    {
        // An unchanged bad value is not reported again by each new list.
        if (!format.IsInstanceKey(service, key) || (_entries.TryGetValue(key, out var known) && known.Value.Equals(value)))
            return;
        if (!format.TryRead(value, out var endpoints, out var problem))
            LogUnreadable(logger, key, problem);
        _entries[key] = new Entry(value, endpoints ?? []);
    }

    private sealed record Entry(ByteString Value, IReadOnlyList<ServiceEndpoint> Endpoints);

    [LoggerMessage(3010, LogLevel.Warning, "The value of key {Key} is skipped: {Problem}")]
    private static partial void LogUnreadable(ILogger logger, string key, string problem);
}
