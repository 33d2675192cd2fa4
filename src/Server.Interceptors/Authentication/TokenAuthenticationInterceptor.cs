using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// Lets a call through if its access token is good (<c>authorization: Bearer TOKEN</c>, RFC 6750), and gives it its user:
/// <see cref="ServerCallContextUserExtensions.GetUser"/>, which is <c>HttpContext.User</c>. A call without a good token ends with
/// <c>Unauthenticated</c> and the header <c>www-authenticate</c>; one whose token can't be verified ends with <c>Unavailable</c>, because
/// nothing was shown against the token; one that ends meanwhile has its own status, <c>Cancelled</c> or <c>DeadlineExceeded</c>.
/// </summary>
/// <remarks>
/// <para>
/// <c>www-authenticate</c> is a response header, never a trailer (RFC 9110 §6.5.1 and §11.6.1). The HTTP status stays 200, as in all of
/// gRPC; a gRPC client finds the header among the trailers of a refused call, which has one block of headers only.
/// </para>
/// <para>
/// An interceptor runs behind ASP.NET Core's middleware: <c>[Authorize]</c> has been judged before and does not see this user, and the request
/// message of a unary or server-streaming call has been read. Where either matters, use ASP.NET Core's own JwtBearer.
/// </para>
/// <para>
/// Make it a singleton service where it is added with <c>AddGrpc(o => o.Interceptors.Add&lt;TokenAuthenticationInterceptor&gt;())</c>: gRPC makes
/// one for each call otherwise, which remembers nothing.
/// </para>
/// </remarks>
public sealed partial class TokenAuthenticationInterceptor : ServerInterceptor
{
    private readonly TokenAuthenticationOptions _options;
    private readonly AnonymousMethods _anonymous;
    private readonly ITokenVerifier _verifier;
    private readonly StaticTokenVerifier? _static;
    private readonly VerifiedTokens? _verified;
    private readonly ILogger _logger;
    private int _failing;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="verifier">Says whose a token is; see <see cref="TokenVerifiers"/>.</param>
    /// <param name="options">Says which calls need a token; the defaults if null.</param>
    /// <param name="logger">Told of refused calls, never of tokens; may be null.</param>
    /// <param name="timeProvider">The clock of <see cref="TokenAuthenticationOptions.CacheDuration"/>; the system's if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public TokenAuthenticationInterceptor(
        ITokenVerifier verifier,
        IOptions<TokenAuthenticationOptions>? options = null,
        ILogger<TokenAuthenticationInterceptor>? logger = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        _options = new TokenAuthenticationOptionsValidator().Checked(options);
        _anonymous = new AnonymousMethods(_options);
        _verifier = verifier;
        _static = verifier as StaticTokenVerifier;
        if (_static is null && _options.CacheSize > 0)
            _verified = new VerifiedTokens(_options.CacheSize, _options.CacheDuration, timeProvider ?? TimeProvider.System);
        _logger = logger ?? NullLogger<TokenAuthenticationInterceptor>.Instance;
    }

    /// <inheritdoc/>
    protected internal override ValueTask OnStartAsync(ServerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var http = call.Context.GetHttpContext();
        var need = _anonymous.NeedOf(call.Method, http.GetEndpoint());
        if (need == TokenNeed.None)
            return default;

        var optional = need == TokenNeed.Optional;
        if (BearerToken.Read(http.Request.Headers, _options.MaxTokenLength, out var token) is { } refusal)
            Refuse(call, http, refusal, refusal.Reason, optional);
        else if (_static is not null)
            Take(call, http, _static.Verify(token), token, optional);
        else if (_verified?.Find(token) is { } user)
            http.User = user;
        else
            return VerifyAsync(call, http, token.ToString(), optional);
        return default;
    }

    private async ValueTask VerifyAsync(ServerCall call, HttpContext http, string token, bool optional)
    {
        TokenVerification verification;
        try
        {
            verification = await _verifier.VerifyWithinAsync(token, call.Context, _options.VerificationTimeout).ConfigureAwait(false);
        }
        catch (Exception) when (call.IsCancelled)
        {
            throw new RpcException(call.CancelledStatus());
        }
        catch (Exception exception)
        {
            if (Interlocked.Exchange(ref _failing, 1) == 0)
            {
                // Other messages may hold secrets.
                LogFailing(
                    call.Method, exception is TokenVerificationException ? exception.Message : exception.GetType().Name, call.TraceId);
            }
            if (optional)
                return;
            throw new RpcException(new Status(StatusCode.Unavailable, "The access token could not be verified; try again later."));
        }
        if (Volatile.Read(ref _failing) == 1 && Interlocked.Exchange(ref _failing, 0) == 1)
            LogRecovered();
        Take(call, http, verification, token, optional);
        if (verification.User is not null)
            _verified?.Add(token, verification);
    }

    private void Take(ServerCall call, HttpContext http, TokenVerification verification, ReadOnlySpan<char> token, bool optional)
    {
        if (verification.User is { } user)
            http.User = user;
        else
            Refuse(call, http, TokenRefusal.Invalid, LoggableReason.Of(verification.Reason!, token), optional);
    }

    private void Refuse(ServerCall call, HttpContext http, TokenRefusal refusal, string reason, bool optional)
    {
        if (optional)
        {
            if (refusal != TokenRefusal.NoToken && refusal != TokenRefusal.NoMetadata)
                LogIgnored(call.Method, reason, call.Context.Peer, call.TraceId);
            return;
        }
        if (_logger.IsEnabled(LogLevel.Information))
            LogRefused(call.Method, reason, call.Context.Peer, call.TraceId);
        http.Response.Headers.WWWAuthenticate = refusal.Challenge(_options.Realm);
        throw new RpcException(new Status(StatusCode.Unauthenticated, refusal.Detail));
    }
}
