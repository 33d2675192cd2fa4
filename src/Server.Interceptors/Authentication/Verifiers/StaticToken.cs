using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Interceptors.Server;

/// <summary>A token known in advance and the user it belongs to.</summary>
public sealed class StaticToken
{
    /// <summary>The user's name: the claim <c>name</c>. Must be set; several tokens may have the same.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// The token, as <c>A-Z a-z 0-9 - . _ ~ + /</c> and <c>=</c> at its end (RFC 6750 §2.1), or <c>sha256:</c> and the 64 hexadecimal
    /// digits of its SHA-256. Must be set. A long random one: a hash does not hide a token that can be guessed. It is left out when this
    /// is written as JSON.
    /// </summary>
    [JsonIgnore, IgnoreDataMember, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Token { get; set; } = "";

    /// <summary>From when on the token is refused. Default: null, never.</summary>
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>The user's roles: claims <c>role</c>, which <c>IsInRole</c> looks at. Default: none.</summary>
    public IList<string> Roles { get; } = [];

    /// <summary>Other claims, by type. Default: none.</summary>
    public IDictionary<string, string> Claims { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Says whose the token is, and never what it is.</summary>
    public override string ToString() => $"a token of '{Name}'";
}
