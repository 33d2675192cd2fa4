using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using System.Text.Json;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>What a token endpoint answers (RFC 6749 §5).</summary>
internal sealed class TokenResponse
{
    private const int MaxBytes = 256 * 1024;
    // Longer than anybody means, and far from what a clock can't add.
    private const double MaxSeconds = 10 * 365 * 86400.0;

    // RFC 6749 §5.2. Other text of the endpoint's may quote what it was sent.
    private static readonly FrozenSet<string> Errors = FrozenSet.Create(
        StringComparer.Ordinal,
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope");

    private readonly string _accessToken;

    private TokenResponse(string accessToken, TimeSpan? lifetime)
    {
        _accessToken = accessToken;
        Lifetime = lifetime;
    }

    /// <summary><c>expires_in</c>; null if the endpoint does not say.</summary>
    public TimeSpan? Lifetime { get; }

    public AccessToken Token(DateTimeOffset expiresAt, string endpoint)
    {
        try
        {
            return new AccessToken(_accessToken, expiresAt);
        }
        catch (ArgumentException)
        {
            throw new TokenUnavailableException($"{endpoint} answered with an access_token that is no bearer token");
        }
    }

    /// <summary>The token of a successful answer. No <c>token_type</c> means Bearer, as some endpoints leave it out.</summary>
    public static async Task<TokenResponse> ReadAsync(
        HttpResponseMessage response, string endpoint, string[] bearerTokenTypes, CancellationToken cancellationToken)
    {
        using var json = await ParseAsync(response, cancellationToken).ConfigureAwait(false);
        var root = json?.RootElement ?? default;
        if (Text(root, "access_token") is not { Length: > 0 } token)
            throw new TokenUnavailableException($"{endpoint} answered with no JSON object that has an access_token (RFC 6749 §5.1)");
        if (Text(root, "token_type") is { Length: > 0 } type && !bearerTokenTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw new TokenUnavailableException(
                $"{endpoint} answered with a token_type other than Bearer; "
                + "if it means a bearer token, name it in "
                + $"{nameof(ClientCredentialsOptions)}.{nameof(ClientCredentialsOptions.BearerTokenTypes)}");
        }
        return new TokenResponse(token, LifetimeOf(root));
    }

    /// <summary>What a failed answer means. One that passes by itself is Unavailable.</summary>
    public static async Task<TokenUnavailableException> FailureAsync(
        HttpResponseMessage response, string endpoint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var json = await ParseAsync(response, cancellationToken).ConfigureAwait(false);
        var error = Text(json?.RootElement ?? default, "error") is { } code && Errors.Contains(code) ? $", {code}" : "";
        var passes = response.StatusCode is HttpStatusCode.RequestTimeout
            or HttpStatusCode.TooManyRequests
            or >= HttpStatusCode.InternalServerError;
        var status = passes ? StatusCode.Unavailable : StatusCode.Unauthenticated;
        var retryAfter = response.Headers.RetryAfter;
        return new TokenUnavailableException($"{endpoint} answered with HTTP {(int)response.StatusCode}{error}", status)
        {
            RetryAfter = retryAfter?.Delta ?? retryAfter?.Date - now,
        };
    }

    private static async Task<JsonDocument?> ParseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
        try
        {
            var length = await body.ReadAtLeastAsync(buffer.AsMemory(0, MaxBytes), MaxBytes, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            // A copy, as the document goes on using it.
            return JsonDocument.Parse(buffer.AsSpan(0, length).ToArray());
        }
        catch (JsonException)
        {
            // Its message would quote the answer.
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A number; some endpoints write it as text.</summary>
    private static TimeSpan? LifetimeOf(JsonElement root)
    {
        if (!root.TryGetProperty("expires_in", out var value))
            return null;
        double seconds;
        if (value.ValueKind == JsonValueKind.Number ? !value.TryGetDouble(out seconds) : !double.TryParse(
            Text(root, "expires_in"), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
                out seconds))
        {
            return null;
        }
        return seconds >= 0 ? TimeSpan.FromSeconds(Math.Min(seconds, MaxSeconds)) : null;
    }
}
