using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>
/// The addresses of requests at one endpoint: the address that a client has asked for, with this endpoint in place of its host. gRPC asks
/// for one and the same object at each call of a method, so what was made for it is kept.
/// </summary>
internal sealed class EndpointUris(bool isSecure, DiscoveryEndpoint endpoint)
{
    // More methods than a client calls; a client of plain HTTP, whose addresses are all different, must not fill the memory.
    private const int MostKept = 64;

    private readonly string _origin = (isSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)
        + (endpoint.UnixSocketPath is null ? $"://{endpoint.Address}" : "://localhost");

    private readonly ConcurrentDictionary<Uri, Uri> _kept = new(ReferenceComparer.Instance);
    private int _count;

    public Uri Of(Uri asked)
    {
        if (_kept.TryGetValue(asked, out var kept))
            return kept;
        if (!isSecure && asked.Scheme == Uri.UriSchemeHttps)
        {
            throw new InvalidOperationException(
                "The request asks for https, but the connections of its discovery target have no TLS. "
                + $"Set {nameof(DiscoveryChannelOptions)}.{nameof(DiscoveryChannelOptions.Tls)}, or ask for http.");
        }

        var uri = new Uri(_origin + asked.PathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        if (Volatile.Read(ref _count) < MostKept && _kept.TryAdd(asked, uri))
            Interlocked.Increment(ref _count);
        return uri;
    }

    private sealed class ReferenceComparer : IEqualityComparer<Uri>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(Uri? one, Uri? other) => ReferenceEquals(one, other);

        public int GetHashCode(Uri uri) => RuntimeHelpers.GetHashCode(uri);
    }
}
