using System.Text.Json.Serialization;

namespace Interceptors.Client;

/// <summary>How <see cref="TokenSources.ClientCredentials"/> gets tokens (RFC 6749 §4.4).</summary>
public sealed class ClientCredentialsOptions
{
    /// <summary>The token endpoint; https, or http on this machine (RFC 6749 §3.2). Must be set.</summary>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The client's identifier. Must be set.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The client's secret. Must be set. It is left out when the options are written as JSON.</summary>
    [JsonIgnore]
    public string ClientSecret { get; set; } = "";

    /// <summary>How the two are sent. Default: <see cref="ClientAuthentication.Basic"/>.</summary>
    public ClientAuthentication Authentication { get; set; } = ClientAuthentication.Basic;

    /// <summary>The scopes asked for (RFC 6749 §3.3). Default: none, which leaves it to the endpoint.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Other form fields, such as <c>audience</c> or <c>resource</c>. Default: none.</summary>
    public IDictionary<string, string> Parameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The token's lifetime where the answer has no <c>expires_in</c> (RFC 6749 §5.1). Above zero. Default: 5 min.</summary>
    public TimeSpan DefaultLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long before its end a token is renewed, less up to a fifth of it by chance so that many processes don't come at once. No more than
    /// half of the token's lifetime is taken. Zero or more. Default: 1 min.
    /// </summary>
    public TimeSpan RefreshAhead { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the endpoint may take to answer. Above zero. Default: 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long after a failure the endpoint is left alone; it doubles with each one after another, up to <see cref="MaxFailureDelay"/>. Less
    /// often than this, too, are tokens dropped that a server refuses. Above zero. Default: 1 s.
    /// </summary>
    public TimeSpan FailureDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause. At least <see cref="FailureDelay"/>. Default: 30 s.</summary>
    public TimeSpan MaxFailureDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Names endpoint and client, and never the secret.</summary>
    public override string ToString() => $"client '{ClientId}' at {TokenEndpoint?.GetLeftPart(UriPartial.Path)}";

    internal void ThrowIfInvalid()
    {
        if (TokenEndpoint is not { IsAbsoluteUri: true } uri || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
        {
            throw Invalid(
                nameof(TokenEndpoint), "is not an https address (http is for this machine only, RFC 6749 §3.2); use one such as https://host/token");
        }
        if (string.IsNullOrEmpty(ClientId))
            throw Invalid(nameof(ClientId), "is empty; use the identifier that the endpoint knows");
        if (string.IsNullOrEmpty(ClientSecret))
            throw Invalid(nameof(ClientSecret), "is empty; use the secret that the endpoint knows");
        if (!Enum.IsDefined(Authentication))
            throw Invalid(nameof(Authentication), $"is {(int)Authentication}, which is not known; use Basic or Post");
        if (Scopes.Any(scope => string.IsNullOrEmpty(scope) || scope.Contains(' ', StringComparison.Ordinal)))
            throw Invalid(nameof(Scopes), "has an empty scope or one with a space; give each scope as an entry of its own");
        foreach (var (name, time) in new[]
                 {
                     (nameof(DefaultLifetime), DefaultLifetime), (nameof(Timeout), Timeout), (nameof(FailureDelay), FailureDelay),
                 })
        {
            if (time <= TimeSpan.Zero || time > TimeSpan.FromDays(30))
                throw Invalid(name, $"is {time}; use a positive time of at most 30 days");
        }
        if (RefreshAhead < TimeSpan.Zero)
            throw Invalid(nameof(RefreshAhead), $"is {RefreshAhead}; use zero or more");
        if (MaxFailureDelay < FailureDelay)
            throw Invalid(nameof(MaxFailureDelay), $"is {MaxFailureDelay}; use at least the {FailureDelay} of {nameof(FailureDelay)}");

        static ArgumentException Invalid(string name, string problem) => new($"{nameof(ClientCredentialsOptions)}.{name} {problem}.");
    }
}
