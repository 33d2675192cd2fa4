using System.Net.Http.Headers;
using System.Text;

namespace Interceptors.Client;

/// <summary>Makes the requests to a token endpoint (RFC 6749 §4.4.2). Secret and fields may change from one to the next.</summary>
internal sealed class ClientCredentialsRequest(ClientCredentialsOptions options)
{
    private readonly string _clientId = options.ClientId;
    private readonly string _clientSecret = options.ClientSecret;
    private readonly string? _secretFile = options.ClientSecretFile;
    private readonly Func<CancellationToken, ValueTask<string>>? _getSecret = options.GetClientSecret;
    private readonly Func<CancellationToken, ValueTask<IReadOnlyDictionary<string, string>>>? _getParameters = options.GetParameters;
    private readonly ClientAuthentication _authentication = options.Authentication;
    private readonly Uri _endpoint = options.TokenEndpoint!;
    private readonly string _scope = string.Join(' ', options.Scopes);
    private readonly KeyValuePair<string, string>[] _parameters = [.. options.Parameters];

    public async ValueTask<HttpRequestMessage> CreateAsync(CancellationToken cancellationToken)
    {
        var secret = _authentication == ClientAuthentication.None ? "" : await SecretAsync(cancellationToken).ConfigureAwait(false);
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "client_credentials" };
        if (_scope.Length > 0)
            form["scope"] = _scope;
        if (_authentication != ClientAuthentication.Basic && _clientId.Length > 0)
            form["client_id"] = _clientId;
        if (_authentication == ClientAuthentication.Post)
            form["client_secret"] = secret;
        Replace(form, _parameters);
        if (_getParameters is not null)
            Replace(form, await _getParameters(cancellationToken).ConfigureAwait(false));

        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new FormUrlEncodedContent(form) };
        if (_authentication == ClientAuthentication.Basic)
            request.Headers.Authorization = Basic(_clientId, secret);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    private static void Replace(Dictionary<string, string> form, IEnumerable<KeyValuePair<string, string>> fields)
    {
        foreach (var (name, value) in fields)
            form[name] = value;
    }

    private async ValueTask<string> SecretAsync(CancellationToken cancellationToken)
    {
        if (_getSecret is not null)
            return await _getSecret(cancellationToken).ConfigureAwait(false);
        if (_secretFile is null)
            return _clientSecret;
        try
        {
            return (await File.ReadAllTextAsync(_secretFile, cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TokenUnavailableException($"the secret file '{_secretFile}' can't be read ({exception.GetType().Name})");
        }
    }

    /// <summary>Form encoding comes first (RFC 6749 §2.3.1), so that a colon in the identifier divides nothing.</summary>
    private static AuthenticationHeaderValue Basic(string id, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Encoded(id)}:{Encoded(secret)}")));

    private static string Encoded(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
