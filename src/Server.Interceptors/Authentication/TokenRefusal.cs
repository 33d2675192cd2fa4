namespace Interceptors.Server;

/// <summary>
/// A reason to refuse a call for its token: the word for the log, the text for the caller, and the error code of RFC 6750.
/// </summary>
/// <param name="Reason">Logged.</param>
/// <param name="Detail">
/// The caller's status text, and the <c>error_description</c>: no quotation marks, no backslashes (RFC 6750 §3). The same for all tokens
/// that a verifier refuses, or it would tell them apart for whoever guesses.
/// </param>
/// <param name="Error">
/// The error code of RFC 6750 §3.1; null where the call does not try to present a bearer token, which gets no code by that section.
/// </param>
internal sealed record TokenRefusal(string Reason, string Detail, string? Error)
{
    private const string InvalidRequest = "invalid_request";

    public static readonly TokenRefusal NoMetadata = new(
        "no_metadata", "The call carries no metadata; send 'authorization: Bearer TOKEN'.", Error: null);

    public static readonly TokenRefusal NoToken = new(
        "no_token", "The call carries no access token; send the metadata 'authorization: Bearer TOKEN'.", Error: null);

    public static readonly TokenRefusal WrongScheme = new(
        "wrong_scheme", "The metadata 'authorization' has another scheme than Bearer.", Error: null);

    public static readonly TokenRefusal EmptyToken = new(
        "empty_token", "The metadata 'authorization' holds no access token after Bearer.", InvalidRequest);

    public static readonly TokenRefusal SeveralTokens = new(
        "several_tokens", "The metadata 'authorization' has several values; send exactly one.", InvalidRequest);

    public static readonly TokenRefusal MalformedToken = new(
        "malformed_token", "The access token has characters that no bearer token has.", InvalidRequest);

    public static readonly TokenRefusal TooLong = new(
        "too_long", "The access token is longer than this server takes.", InvalidRequest);

    public static readonly TokenRefusal Invalid = new(
        "invalid_token", "The access token is expired, revoked, malformed, or invalid for another reason.", "invalid_token");

    /// <summary>The value of <c>www-authenticate</c>.</summary>
    /// <param name="realm">Which the options name.</param>
    public string Challenge(string realm) => Error is null
        ? $"Bearer realm=\"{realm}\""
        : $"Bearer realm=\"{realm}\", error=\"{Error}\", error_description=\"{Detail}\"";
}
