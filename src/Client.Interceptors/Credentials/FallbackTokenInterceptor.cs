using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// Gives <c>authorization: Bearer TOKEN</c> (RFC 6750 §2.1) to calls that carry neither that header nor call credentials; what a caller
/// chose is left alone, and so are channels that say that they have call credentials of their own. The token is fetched without
/// blocking, for each attempt, and no longer than the call's deadline. A token that a server refuses is dropped.
/// </summary>
/// <remarks>
/// <para>Tokens go over TLS only, unless <see cref="FallbackTokenOptions.AllowPlainText"/> says otherwise. On a channel that is known to
/// have no TLS a call fails with <c>Unauthenticated</c> before it is sent. On one of which nothing is known the token is given to gRPC as
/// call credentials, which gRPC leaves out without TLS: the call is sent without a token, and a warning says so once.</para>
/// <para>It stands innermost, whatever its place in a set, so that it sees the credentials that other interceptors set. It can't see those
/// of a channel about which it was told nothing: don't add it there, or the header holds two tokens.</para>
/// </remarks>
public sealed partial class FallbackTokenInterceptor : ClientInterceptor
{
    internal const string HeaderKey = "authorization";

    private readonly ITokenSource _tokens;
    private readonly ILogger _logger;
    private readonly FallbackTokenOptions _options;
    private readonly ChannelDescription? _channel;
    private AccessToken? _refused;
    private int _failing;
    private int _ignored;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="tokens">Where tokens come from; see <see cref="TokenSources"/>.</param>
    /// <param name="options">Plain text, retries and failures; the defaults if null.</param>
    /// <param name="logger">Told when there is no token, and when one is refused; may be null.</param>
    /// <param name="channel">What is known of the channel that it is made for; null if nothing, or if it is for several.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public FallbackTokenInterceptor(
        ITokenSource tokens, IOptions<FallbackTokenOptions>? options = null, ILogger<FallbackTokenInterceptor>? logger = null,
        ChannelDescription? channel = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _tokens = tokens;
        _options = new FallbackTokenOptionsValidator().Checked(options);
        _logger = logger ?? NullLogger<FallbackTokenInterceptor>.Instance;
        _channel = channel;
        Steps = channel is { HasCallCredentials: true }
            ? default
            : _options.AllowPlainText || channel is { IsSecure: false }
                ? ClientInterceptorSteps.PrepareAsync | ClientInterceptorSteps.Observe
                : ClientInterceptorSteps.Prepare | ClientInterceptorSteps.Observe;
    }

    internal override ClientInterceptorSteps Steps { get; }

    /// <summary>How a call over a channel without TLS fails.</summary>
    internal static RpcException PlainTextRefused() => new(new Status(
        StatusCode.Unauthenticated,
        "The channel has no TLS, so the fallback token is not sent over it. Use TLS, or allow it with "
        + $"{nameof(FallbackTokenOptions)}.{nameof(FallbackTokenOptions.AllowPlainText)}."));

    /// <inheritdoc/>
    protected internal override void Prepare(ref OutgoingCall call)
    {
        // Alone, it is asked to do each step.
        if ((Steps & ClientInterceptorSteps.Prepare) != 0 && call.Credentials is null && !HasHeader(call.Headers))
            call.Credentials = new FallbackCallCredentials(this, call.Method.FullName);
    }

    /// <inheritdoc/>
    protected internal override ValueTask PrepareAsync(PreparingCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        // The token of the attempt before is no choice of the caller's.
        if (call.Token is null && (call.Credentials is not null || HasHeader(call.Headers)))
            return ValueTask.CompletedTask;
        if (!_options.AllowPlainText && _channel is { IsSecure: false })
            throw PlainTextRefused();
        var pending = GetTokenAsync(
            call.Token ??= new CallToken(this), new TokenRequestContext(call.Method.FullName, serviceUrl: null), call.CancellationToken);
        if (!pending.IsCompletedSuccessfully)
            return AwaitAsync(call, pending);
        Set(call.Headers, pending.Result);
        return ValueTask.CompletedTask;

        static async ValueTask AwaitAsync(PreparingCall call, ValueTask<AccessToken?> pending)
        {
            call.WaitsFor = FallbackCallCredentials.Awaited;
            Set(call.Headers, await pending.ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    protected internal override bool Observes(scoped in OutgoingCall call) => TokenOf(call.Credentials, call.Preparing) is not null;

    /// <inheritdoc/>
    protected internal override bool Reissues(ClientCall call, RpcException error)
    {
        if (error?.StatusCode != StatusCode.Unauthenticated || TokenOf(call.Credentials, call.Preparing) is not { Used: not null } token)
            return false;
        Drop(token, call.Method);
        if (!_options.RetryUnary || token.Refused is not null)
            return false;
        (token.Refused, token.Refusal) = (token.Used, error);
        return true;
    }

    /// <inheritdoc/>
    protected internal override void OnEnd(ClientCall call)
    {
        if (call.Status.StatusCode != StatusCode.Unauthenticated || TokenOf(call.Credentials, call.Preparing) is not { } token)
            return;
        Drop(token, call.Method);
        if (call.Credentials is FallbackCallCredentials { IsAsked: false } && Interlocked.Exchange(ref _ignored, 1) == 0)
            LogIgnored(_logger, call.Method.FullName);
    }

    /// <summary>A token for a call, null if it is to be sent without. Fails as the call shall fail.</summary>
    internal ValueTask<AccessToken?> GetTokenAsync(TokenRequestContext request, CancellationToken cancellationToken)
    {
        var pending = Ask(request, cancellationToken);
        return pending.IsCompletedSuccessfully
            ? new ValueTask<AccessToken?>(Got(pending.Result, request))
            : AwaitTokenAsync(pending, request, cancellationToken);
    }

    /// <summary>The same for a call that notes which token it used.</summary>
    internal ValueTask<AccessToken?> GetTokenAsync(CallToken noted, TokenRequestContext request, CancellationToken cancellationToken)
    {
        noted.Used = null;
        var pending = GetTokenAsync(request, cancellationToken);
        return pending.IsCompletedSuccessfully
            ? new ValueTask<AccessToken?>(Use(noted, pending.Result))
            : UseAsync(noted, pending);

        static async ValueTask<AccessToken?> UseAsync(CallToken noted, ValueTask<AccessToken?> pending) =>
            Use(noted, await pending.ConfigureAwait(false));
    }

    private ValueTask<AccessToken> Ask(TokenRequestContext request, CancellationToken cancellationToken)
    {
        // The source may make calls of its own.
        using var others = CallNotes.Enter(null);
        try
        {
            return _tokens.GetTokenAsync(request, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<AccessToken>(exception);
        }
    }

    private async ValueTask<AccessToken?> AwaitTokenAsync(
        ValueTask<AccessToken> pending, TokenRequestContext request, CancellationToken cancellationToken)
    {
        AccessToken token;
        try
        {
            // A source that ignores cancellation must not hold the call beyond its end.
            token = await pending.AsTask().Observed().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception)
        {
            return exception is TokenUnavailableException unavailable
                ? Fail(request, unavailable.Message, unavailable.StatusCode)
                : Fail(request, $"the source failed with {exception.GetType().Name}");
        }
        return Got(token, request);
    }

    private AccessToken? Got(AccessToken? token, TokenRequestContext request)
    {
        if (token is null)
            return Fail(request, "the source gave null");
        if (Volatile.Read(ref _failing) != 0 && Interlocked.Exchange(ref _failing, 0) != 0)
            LogRecovered(_logger);
        return token;
    }

    private static AccessToken? Use(CallToken noted, AccessToken? token)
    {
        // The same again would be refused again.
        if (noted.Refusal is { } refusal && token?.IsSame(noted.Refused) == true)
            throw new RpcException(refusal.Status, refusal.Trailers);
        noted.Used = token;
        return token;
    }

    private AccessToken? Fail(TokenRequestContext request, string reason, StatusCode statusCode = StatusCode.Unauthenticated)
    {
        if (Interlocked.Exchange(ref _failing, 1) == 0)
            LogUnavailable(_logger, request.Method, reason, _options.OnFailure);
        return _options.OnFailure == TokenFailureAction.SendWithout
            ? null
            : throw new RpcException(new Status(statusCode, $"No token for the call: {reason}"));
    }

    private void Drop(CallToken noted, IMethod method)
    {
        if (noted.Used is not { } token || ReferenceEquals(noted.Dropped, token))
            return;
        noted.Dropped = token;
        // Many calls may be refused with it at once.
        if (!ReferenceEquals(Interlocked.Exchange(ref _refused, token), token))
            LogRefused(_logger, method.FullName);
        _tokens.Invalidate(token);
    }

    /// <summary>Another such interceptor may have been there before: its calls are not ours.</summary>
    private CallToken? TokenOf(CallCredentials? credentials, PreparingCall? preparing)
    {
        var token = (credentials as FallbackCallCredentials)?.Token ?? preparing?.Token;
        return token?.Owner == this ? token : null;
    }

    private static void Set(Metadata headers, AccessToken? token)
    {
        for (var i = headers.Count - 1; i >= 0; i--)
        {
            if (headers[i].Key == HeaderKey)
                headers.RemoveAt(i);
        }
        if (token is not null)
            headers.Add(token.Entry);
    }

    private static bool HasHeader(Metadata? headers)
    {
        for (var i = 0; i < (headers?.Count ?? 0); i++)
        {
            if (headers![i].Key == HeaderKey)
                return true;
        }
        return false;
    }
}
