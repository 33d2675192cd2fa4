namespace Interceptors.Client;

/// <summary>How the client proves to the token endpoint who it is (RFC 6749 §2.3.1).</summary>
public enum ClientAuthentication
{
    /// <summary>In the <c>Authorization</c> header: <c>client_secret_basic</c>.</summary>
    Basic,

    /// <summary>In the form: <c>client_secret_post</c>.</summary>
    Post,
}
