using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Interceptors.Server;

/// <summary>Parses the bearer token of a call (RFC 6750 §2.1).</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer";
    private const string Joined = ", " + Scheme + " ";

    // RFC 6750 §2.1.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    /// <summary>Whether these are the characters of a bearer token: b64token, which has its padding at the end only.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        var unpadded = text.TrimEnd('=');
        return !unpadded.IsEmpty && !unpadded.ContainsAnyExcept(Characters);
    }

    /// <summary>The token.</summary>
    /// <param name="headers">The call's metadata.</param>
    /// <param name="maxLength">The longest token, in characters.</param>
    /// <param name="token">The token, if there is a well-formed one; else empty.</param>
    /// <returns>What is wrong; null if nothing is.</returns>
    public static TokenRefusal? Read(IHeaderDictionary headers, int maxLength, out ReadOnlySpan<char> token)
    {
        token = default;
        var values = headers.Authorization;
        if (values.Count > 1)
            return TokenRefusal.SeveralTokens;
        if (values.Count == 0 || values[0] is not { } value)
            return HasMetadata(headers) ? TokenRefusal.NoToken : TokenRefusal.NoMetadata;
        return Read(value.AsSpan().Trim(" \t"), maxLength, ref token);
    }

    private static TokenRefusal? Read(ReadOnlySpan<char> value, int maxLength, ref ReadOnlySpan<char> token)
    {
        var space = value.IndexOf(' ');
        var scheme = space < 0 ? value : value[..space];
        if (scheme.IsEmpty)
            return TokenRefusal.EmptyToken;
        // A scheme has no case (RFC 9110 §11.1).
        if (!scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase))
            return value.Contains(Joined, StringComparison.OrdinalIgnoreCase) ? TokenRefusal.SeveralTokens : TokenRefusal.WrongScheme;
        var text = value[scheme.Length..].TrimStart(' ');
        if (text.IsEmpty)
            return TokenRefusal.EmptyToken;
        if (text.Length > maxLength)
            return TokenRefusal.TooLong;
        if (text.Contains(','))
            return TokenRefusal.SeveralTokens;
        if (!IsWellFormed(text))
            return TokenRefusal.MalformedToken;
        token = text;
        return null;
    }

    /// <summary>Whether the caller sent any header that is not the transport's own, as every gRPC call has.</summary>
    private static bool HasMetadata(IHeaderDictionary headers)
    {
        foreach (KeyValuePair<string, StringValues> header in headers)
        {
            if (!IsTransport(header.Key))
                return true;
        }
        return false;
    }

    private static bool IsTransport(string key) =>
        key.StartsWith(':') || key.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)
        || key.Equals("content-type", StringComparison.OrdinalIgnoreCase) || key.Equals("te", StringComparison.OrdinalIgnoreCase)
        || key.Equals("user-agent", StringComparison.OrdinalIgnoreCase) || key.Equals("host", StringComparison.OrdinalIgnoreCase)
        || key.Equals("content-length", StringComparison.OrdinalIgnoreCase);
}
