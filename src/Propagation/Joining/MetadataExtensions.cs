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
    /// left alone, several values of a text key keep their order, the first value of a binary key crosses as it is.
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
        outgoing.Join(incoming, allowed, maxEntries, maxBytes, out var leftOut);
        return leftOut.OverCaps;
    }

    /// <summary>The same, and says what was left out for any reason.</summary>
    /// <param name="outgoing">What the next call will send; written to.</param>
    /// <param name="incoming">What the call being handled has received.</param>
    /// <param name="allowed">Which keys cross.</param>
    /// <param name="maxEntries">The most entries to add.</param>
    /// <param name="maxBytes">The most bytes to add, counted as UTF-16 length of text and length of keys and binary values.</param>
    /// <param name="leftOut">How many allowed entries were left out, and why.</param>
    public static void Join(
        this Metadata outgoing, Metadata incoming, MetadataAllowList allowed, int maxEntries, int maxBytes, out LeftOutMetadata leftOut)
    {
        ArgumentNullException.ThrowIfNull(outgoing);
        ArgumentNullException.ThrowIfNull(incoming);
        ArgumentNullException.ThrowIfNull(allowed);

        leftOut = default;
        var own = outgoing.Count;
        for (var i = 0; i < incoming.Count; i++)
        {
            var entry = incoming[i];
            if (!allowed.Allows(entry.Key) || HasKey(outgoing, entry.Key, 0, own))
                continue;
            var size = entry.Key.Length + (entry.IsBinary ? entry.ValueBytes.Length : entry.Value.Length);
            if (entry.IsBinary && HasKey(outgoing, entry.Key, own, outgoing.Count))
                leftOut = leftOut with { RepeatedBinary = leftOut.RepeatedBinary + 1 };
            else if (!entry.IsBinary && entry.Value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                leftOut = leftOut with { NotCarried = leftOut.NotCarried + 1 };
            else if (outgoing.Count - own >= maxEntries || size > maxBytes)
                leftOut = leftOut with { OverCaps = leftOut.OverCaps + 1 };
            else
            {
                maxBytes -= size;
                outgoing.Add(entry);
            }
        }
    }

    private static bool HasKey(Metadata metadata, string key, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (metadata[i].Key == key)
                return true;
        }
        return false;
    }
}
