using System.Security.Claims;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>Authenticates calls by their access token (<c>authorization: Bearer TOKEN</c>, RFC 6750) and sets the call's user.</summary>
/// <remarks>
/// <para>
/// <see cref="ServerCallContextUserExtensions.GetUser"/> returns the user, which is <c>HttpContext.User</c>. A call without a valid token
/// ends with <c>Unauthenticated</c> and the header <c>www-authenticate</c>. A call whose token can't be verified ends with
/// <c>Unavailable</c>. A call that ends meanwhile keeps its own status, <c>Cancelled</c> or <c>DeadlineExceeded</c>.
/// </para>
/// <para>
/// <c>www-authenticate</c> is a response header, never a trailer (RFC 9110 §6.5.1 and §11.6.1). The HTTP status stays 200, as in all of
/// gRPC; a gRPC client finds the header in the trailers, because a refused call has a single block of headers.
/// </para>
/// <para>
/// An interceptor runs after ASP.NET Core's middleware. So <c>[Authorize]</c> does not see this user, and the request message of a unary or
/// server-streaming call has already been read. Where either matters, use ASP.NET Core's own JwtBearer.
/// </para>
/// <para>
/// If you add it with <c>AddGrpc(o => o.Interceptors.Add&lt;TokenAuthenticationInterceptor&gt;())</c>, also register it as a singleton:
/// gRPC creates one per call otherwise, and nothing is cached.
/// </para>
/// </remarks>
public sealed partial class TokenAuthenticationInterceptor : ServerInterceptor
{
    private readonly TokenAuthenticationOptions _options;
    private readonly TokenRequirements _requirements;
    private readonly ITokenVerifier _verifier;
    private readonly StaticTokenVerifier? _static;
    private readonly VerifiedTokenCache? _verified;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private int _failing;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="verifier">Verifies tokens; see <see cref="TokenVerifiers"/>.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="logger">Logs refused calls, never tokens; may be null.</param>
    /// <param name="timeProvider">
    /// The clock of <see cref="TokenAuthenticationOptions.CacheDuration"/> and
    /// <see cref="TokenAuthenticationOptions.EndStreamsAtExpiry"/>; the system's if null.
    /// </param>
    /// <param name="environment">
    /// Whether <see cref="TokenAuthenticationOptions.AllowAnonymousReflection"/> is on by default; not if null.
    /// </param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public TokenAuthenticationInterceptor(
        ITokenVerifier verifier,
        IOptions<TokenAuthenticationOptions>? options = null,
        ILogger<TokenAuthenticationInterceptor>? logger = null,
        TimeProvider? timeProvider = null,
        IHostEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        _options = new TokenAuthenticationOptionsValidator().Checked(options);
        _requirements = new TokenRequirements(_options, environment?.IsDevelopment() == true);
        _verifier = verifier;
        _static = verifier as StaticTokenVerifier;
        _time = timeProvider ?? TimeProvider.System;
        if (_static is null && _options.CacheSize > 0)
            _verified = new VerifiedTokenCache(_options.CacheSize, _options.CacheDuration, _time);
        _logger = logger ?? NullLogger<TokenAuthenticationInterceptor>.Instance;
    }

    /// <inheritdoc/>
    protected internal override ValueTask OnStartAsync(ServerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var http = call.Context.GetHttpContext();
        var requirement = _requirements.Of(call.Method, http.GetEndpoint());
        if (requirement == TokenRequirement.None)
            return default;

        var optional = requirement == TokenRequirement.Optional;
        if (BearerToken.Read(http.Request.Headers, _options.MaxTokenLength, out var token) is { } refusal)
            Refuse(call, http, refusal, refusal.Reason, optional);
        else if (_static is not null)
            Take(call, http, _static.Verify(token), token, optional);
        else if (_verified is not null && _verified.Find(token, out var expiresAt) is { } user)
            Take(call, http, user, expiresAt);
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
                var reason = exception is TokenVerificationException ? SafeText.Of(exception.Message) : exception.GetType().Name;
                LogFailing(_logger, call.Method, reason, call.TraceId);
            }
            if (optional)
                return;
            throw new RpcException(new Status(StatusCode.Unavailable, "The access token could not be verified; try again later."));
        }
        if (Volatile.Read(ref _failing) == 1 && Interlocked.Exchange(ref _failing, 0) == 1)
            LogRecovered(_logger);
        Take(call, http, verification, token, optional);
        if (verification.User is not null)
            _verified?.Add(token, verification);
    }

    private void Take(ServerCall call, HttpContext http, TokenVerification verification, ReadOnlySpan<char> token, bool optional)
    {
        if (verification.User is { } user)
            Take(call, http, user, verification.ExpiresAt);
        else
            Refuse(call, http, TokenRefusal.Invalid, RedactedReason.Of(verification.Reason!, token), optional);
    }

    private void Take(ServerCall call, HttpContext http, ClaimsPrincipal user, DateTimeOffset? expiresAt)
    {
        http.User = user;
        if (_options.EndStreamsAtExpiry && call.Kind != MethodType.Unary && expiresAt is { } end)
            TokenExpiry.EndAt(call, end, _time);
    }

    private void Refuse(ServerCall call, HttpContext http, TokenRefusal refusal, string reason, bool optional)
    {
        if (optional)
        {
            if (refusal != TokenRefusal.NoToken && refusal != TokenRefusal.NoMetadata)
                LogIgnored(_logger, call.Method, reason, call.Context.Peer, call.TraceId);
            return;
        }
        if (_logger.IsEnabled(LogLevel.Information))
            LogRefused(_logger, call.Method, reason, call.Context.Peer, call.TraceId);
        http.Response.Headers.WWWAuthenticate = refusal.Challenge(_options.Realm);
        throw new RpcException(new Status(StatusCode.Unauthenticated, refusal.Detail));
    }
}
