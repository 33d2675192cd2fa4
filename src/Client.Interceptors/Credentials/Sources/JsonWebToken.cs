using System.Buffers.Text;
using System.Text.Json;

namespace Interceptors.Client;

/// <summary>The one thing that a client may want to know of a JWT. Its signature is the server's business.</summary>
internal static class JsonWebToken
{
    /// <summary>The <c>exp</c> claim (RFC 7519 §4.1.4); null if this is no JWT, or one without.</summary>
    public static DateTimeOffset? ExpiryOf(string token)
    {
        if (token.Split('.') is not [_, var payload, _])
            return null;
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.TryGetProperty("exp", out var exp)
                && exp.TryGetDouble(out var seconds)
                    ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
                    : null;
        }
        catch (Exception exception) when (
            exception is JsonException or FormatException or ArgumentOutOfRangeException or InvalidOperationException)
        {
            return null;
        }
    }
}
