namespace Interceptors.Client;

/// <summary>The call for which a token is asked.</summary>
public readonly struct TokenRequestContext : IEquatable<TokenRequestContext>
{
    private readonly string? _method;

    /// <summary>Describes a call.</summary>
    /// <param name="method">The method's full name: <c>/pkg.Service/Method</c>.</param>
    /// <param name="serviceUrl">The audience of the token; null if it is not known.</param>
    public TokenRequestContext(string method, string? serviceUrl)
    {
        ArgumentNullException.ThrowIfNull(method);
        _method = method;
        ServiceUrl = serviceUrl;
    }

    /// <summary>The method's full name: <c>/pkg.Service/Method</c>.</summary>
    public string Method => _method ?? "";

    /// <summary>
    /// The channel's address and the service, the audience of a token: <c>https://host/pkg.Service</c>. Null where tokens are sent in plain
    /// text (<see cref="FallbackTokenOptions.AllowPlainText"/>): the channel is not known there.
    /// </summary>
    public string? ServiceUrl { get; }

    /// <inheritdoc/>
    public bool Equals(TokenRequestContext other) => ServiceUrl == other.ServiceUrl && Method == other.Method;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TokenRequestContext other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Method, ServiceUrl);

    /// <summary>Whether both describe the same method of the same service.</summary>
    public static bool operator ==(TokenRequestContext left, TokenRequestContext right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(TokenRequestContext left, TokenRequestContext right) => !left.Equals(right);
}
