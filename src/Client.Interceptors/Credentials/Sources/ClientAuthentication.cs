namespace Interceptors.Client;

/// <summary>How the client proves to the token endpoint who it is (RFC 6749 §2.3.1).</summary>
public enum ClientAuthentication
{
    /// <summary>In the <c>Authorization</c> header: <c>client_secret_basic</c>.</summary>
    Basic,

    /// <summary>In the form: <c>client_secret_post</c>.</summary>
    Post,

    /// <summary>
    /// By neither: a client certificate of the <c>HttpClient</c> (RFC 8705), or an assertion from
    /// <see cref="ClientCredentialsOptions.GetParameters"/> (RFC 7523). No secret is needed.
    /// </summary>
    None,
}
