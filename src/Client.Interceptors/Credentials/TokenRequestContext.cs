namespace Interceptors.Client;

/// <summary>The call for which a token is asked.</summary>
/// <param name="Method">The method's full name: <c>/pkg.Service/Method</c>.</param>
/// <param name="ServiceUrl">
/// The channel's address and the service, the audience of a token: <c>https://host/pkg.Service</c>. Null where tokens are sent in plain text
/// (<see cref="FallbackTokenOptions.AllowPlainText"/>): the channel is not known there.
/// </param>
public readonly record struct TokenRequestContext(string Method, string? ServiceUrl);
