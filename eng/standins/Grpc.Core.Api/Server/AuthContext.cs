using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>What the transport knows about the peer of a call.</summary>
public class AuthContext
{
    private readonly Dictionary<string, List<AuthProperty>> _properties;

    /// <summary>A peer with these properties, one of which may be its identity.</summary>
    public AuthContext(string? peerIdentityPropertyName, Dictionary<string, List<AuthProperty>> properties)
    {
        PeerIdentityPropertyName = peerIdentityPropertyName;
        _properties = GrpcPreconditions.CheckNotNull(properties, nameof(properties));
    }

    /// <summary>Whether the peer has an identity.</summary>
    public bool IsPeerAuthenticated => PeerIdentityPropertyName is not null;

    /// <summary>The property that identifies the peer; null if none does.</summary>
    public string? PeerIdentityPropertyName { get; }

    /// <summary>The values of that property.</summary>
    public IEnumerable<AuthProperty> PeerIdentity =>
        PeerIdentityPropertyName is null ? [] : _properties[PeerIdentityPropertyName];

    /// <summary>All properties.</summary>
    public IEnumerable<AuthProperty> Properties => _properties.Values.SelectMany(values => values);

    /// <summary>The values of a property, none if it is absent.</summary>
    public IEnumerable<AuthProperty> FindPropertiesByName(string propertyName) =>
        _properties.TryGetValue(propertyName, out var values) ? values : [];
}
