using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>What is asked of metadata before it is copied, so that metadata that need not change is not.</summary>
internal static class MetadataQueries
{
    /// <summary>Whether joining would add anything.</summary>
    public static bool HasAllowed(this Metadata incoming, MetadataAllowList allowed)
    {
        for (var i = 0; i < incoming.Count; i++)
        {
            if (allowed.Allows(incoming[i].Key))
                return true;
        }
        return false;
    }

    /// <summary>Whether <paramref name="value"/> is the one value of <paramref name="key"/> (in lower case).</summary>
    public static bool HasOnly(this Metadata? metadata, string key, string value)
    {
        var found = false;
        for (var i = 0; i < (metadata?.Count ?? 0); i++)
        {
            var entry = metadata![i];
            if (entry.Key != key)
                continue;
            if (found || entry.Value != value)
                return false;
            found = true;
        }
        return found;
    }
}
