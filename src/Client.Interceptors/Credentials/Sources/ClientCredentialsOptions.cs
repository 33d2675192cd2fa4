using System.Diagnostics;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Interceptors.Client;

/// <summary>How <see cref="TokenSources.ClientCredentials"/> gets tokens (RFC 6749 §4.4).</summary>
public sealed class ClientCredentialsOptions
{
    /// <summary>
    /// The token endpoint; https, or http on this machine (RFC 6749 §3.2). Required. It is not in the options as text or JSON,
    /// since its user information or query may hold secrets.
    /// </summary>
    [JsonIgnore, IgnoreDataMember, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>
    /// The client's identifier. Required, except with <see cref="ClientAuthentication.None"/>, where the assertion may name the client.
    /// </summary>
    public string ClientId { get; set; } = "";

    /// <summary>
    /// The client's secret. Give one of this, <see cref="ClientSecretFile"/> and <see cref="GetClientSecret"/>, except with
    /// <see cref="ClientAuthentication.None"/>. It is not in the options as JSON.
    /// </summary>
    [JsonIgnore, IgnoreDataMember, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string ClientSecret { get; set; } = "";

    /// <summary>
    /// A file that holds the secret and nothing else; white space around it is ignored. It is read for each request, so a new secret needs
    /// no restart. Default: null.
    /// </summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>Gets the secret for each request. Of an exception that it throws, only the type is logged. Default: null.</summary>
    [JsonIgnore]
    public Func<CancellationToken, ValueTask<string>>? GetClientSecret { get; set; }

    /// <summary>How id and secret are sent. Default: <see cref="ClientAuthentication.Basic"/>.</summary>
    public ClientAuthentication Authentication { get; set; } = ClientAuthentication.Basic;

    /// <summary>The scopes that are requested (RFC 6749 §3.3). Default: none; the endpoint decides.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>
    /// Other form fields, such as <c>audience</c> or <c>resource</c>. A parameter replaces the field of the same name, such as
    /// <c>grant_type</c> or <c>scope</c>. Parameters may be secrets, so they are not in the options as text or JSON. Default: none.
    /// </summary>
    [JsonIgnore, IgnoreDataMember, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IDictionary<string, string> Parameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets more form fields for each request, such as a <c>client_assertion</c> (RFC 7523 §2.2). They replace fields of the same name. Of
    /// an exception that it throws, only the type is logged. Default: null.
    /// </summary>
    [JsonIgnore]
    public Func<CancellationToken, ValueTask<IReadOnlyDictionary<string, string>>>? GetParameters { get; set; }

    /// <summary>
    /// Values of <c>token_type</c> that mean a bearer token, beside <c>Bearer</c>, for endpoints with other names, such as
    /// <c>BearerToken</c>. Letter case does not matter; an answer without a <c>token_type</c> means Bearer. Default: none.
    /// </summary>
    public IList<string> BearerTokenTypes { get; } = [];

    /// <summary>The token's lifetime where the answer has no <c>expires_in</c> (RFC 6749 §5.1). Above zero. Default: 5 min.</summary>
    public TimeSpan DefaultLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long before its expiry a token is renewed. The time is shortened at random by up to a fifth, so that processes don't renew at
    /// the same moment, and is at most half of the token's lifetime. Zero or more. Default: 1 min.
    /// </summary>
    public TimeSpan RefreshAhead { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the endpoint may take to answer. Above zero. Default: 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The pause after a failed request; it doubles with each further failure, up to <see cref="MaxFailureDelay"/>. Tokens that a server
    /// refuses are dropped at most once in this time. Above zero. Default: 1 s.
    /// </summary>
    public TimeSpan FailureDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause. At least <see cref="FailureDelay"/>. Default: 30 s.</summary>
    public TimeSpan MaxFailureDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest <c>Retry-After</c> (RFC 9110 §10.2.3) that is honoured; a longer one counts as this. Zero ignores it. Default: 5 min.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Names endpoint and client, and never the secret.</summary>
    public override string ToString() => $"client '{ClientId}' at {EndpointName}";

    /// <summary>The endpoint without user information and query, which may hold secrets.</summary>
    internal string? EndpointName => TokenEndpoint is { IsAbsoluteUri: true } uri
        ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : null;
}
