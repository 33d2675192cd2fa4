using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>Copies metadata, sets keys, and joins incoming metadata to outgoing metadata.</summary>
public static class MetadataExtensions
{
    /// <summary>
    /// A copy to write to. The caller's own metadata is never written: it may be shared by many calls. Entries are immutable
    /// and shared between original and copy.
    /// </summary>
    /// <param name="source">What the caller gave; null gives empty metadata.</param>
    public static Metadata Copy(this Metadata? source)
    {
        var copy = new Metadata();
        for (var i = 0; i < (source?.Count ?? 0); i++)
            copy.Add(source![i]);
        return copy;
    }

    /// <summary>Makes <paramref name="value"/> the only value of <paramref name="key"/>.</summary>
    /// <param name="metadata">What to write to; must not be read-only.</param>
    /// <param name="key">A text key; letter case does not matter.</param>
    /// <param name="value">The value.</param>
    public static void Set(this Metadata metadata, string key, string value)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(key);
        for (var i = metadata.Count - 1; i >= 0; i--)
        {
            if (string.Equals(metadata[i].Key, key, StringComparison.OrdinalIgnoreCase))
                metadata.RemoveAt(i);
        }
        metadata.Add(key, value);
    }

    /// <summary>
    /// Adds the allowed entries of an incoming call to those of an outgoing one. A key that the outgoing call already has is
    /// left alone, several values of a key keep their order, binary values cross as they are.
    /// </summary>
    /// <param name="outgoing">What the next call will send; written to.</param>
    /// <param name="incoming">What the call being handled has received.</param>
    /// <param name="allowed">Which keys cross.</param>
    /// <param name="maxEntries">The most entries to add.</param>
    /// <param name="maxBytes">The most bytes to add, counted as UTF-16 length of text and length of keys and binary values.</param>
    /// <returns>How many allowed entries were left out because of the two caps; 0 is the rule.</returns>
    public static int Join(
        this Metadata outgoing, Metadata incoming, MetadataAllowList allowed, int maxEntries = int.MaxValue, int maxBytes = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(outgoing);
        ArgumentNullException.ThrowIfNull(incoming);
        ArgumentNullException.ThrowIfNull(allowed);

        var own = outgoing.Count;
        var dropped = 0;
        for (var i = 0; i < incoming.Count; i++)
        {
            var entry = incoming[i];
            if (!allowed.Allows(entry.Key) || HasKey(outgoing, entry.Key, own))
                continue;
            var size = entry.Key.Length + (entry.IsBinary ? entry.ValueBytes.Length : entry.Value.Length);
            if (outgoing.Count - own >= maxEntries || size > maxBytes)
            {
                dropped++;
                continue;
            }
            maxBytes -= size;
            outgoing.Add(entry);
        }
        return dropped;
    }

    private static bool HasKey(Metadata metadata, string key, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (metadata[i].Key == key)
                return true;
        }
        return false;
    }
}
