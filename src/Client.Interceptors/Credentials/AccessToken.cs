using System.Buffers;
using System.Text.Json.Serialization;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>A bearer token (RFC 6750) and when it ends. Its value shows nowhere but in <see cref="Value"/>.</summary>
public sealed class AccessToken
{
    // RFC 6750 §2.1, b64token.
    private static readonly SearchValues<char> Legal =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    /// <summary>Creates a token.</summary>
    /// <param name="value">The token itself, without <c>Bearer</c>: <c>A-Z a-z 0-9 - . _ ~ + / =</c> (RFC 6750 §2.1).</param>
    /// <param name="expiresAt">When it ends; null if it doesn't, or if that is not known.</param>
    /// <exception cref="ArgumentException">The value is empty or has other characters; the message does not show it.</exception>
    public AccessToken(string value, DateTimeOffset? expiresAt = null)
    {
        if (string.IsNullOrEmpty(value) || value.AsSpan().ContainsAnyExcept(Legal))
            throw new ArgumentException("The token is empty or has characters that no bearer token has (RFC 6750 §2.1).", nameof(value));
        Value = value;
        ExpiresAt = expiresAt;
        Entry = new Metadata.Entry(FallbackTokenInterceptor.HeaderKey, "Bearer " + value);
    }

    /// <summary>The token itself: a secret.</summary>
    [JsonIgnore]
    public string Value { get; }

    /// <summary>When the token ends; null if it doesn't, or if that is not known.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>The metadata entry, made once for all calls that use the token: entries are immutable.</summary>
    internal Metadata.Entry Entry { get; }

    /// <summary>Says when the token ends, and never what it is.</summary>
    public override string ToString() => ExpiresAt is { } at ? $"a token that ends {at:O}" : "a token";

    internal bool IsSame(AccessToken? other) => ReferenceEquals(this, other) || Value == other?.Value;
}
