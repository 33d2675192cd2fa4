using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// Gives <c>authorization: Bearer TOKEN</c> (RFC 6750 §2.1) to calls that carry neither that header nor call credentials; what a caller
/// chose is left alone, and so are channels with call credentials of their own. The token is fetched without blocking, for
/// each attempt, and no longer than the call's deadline. A token that a server refuses is dropped. Channels without TLS are refused, see
/// <see cref="FallbackTokenOptions.AllowPlainText"/>.
/// </summary>
/// <remarks>
/// Meant for Grpc.Net.Client. Don't combine it with <c>AddCallCredentials</c> of its client factory: the interceptor can't detect those,
/// and
/// the header would hold two tokens. The same goes for channels with credentials of their own where plain text is allowed. An interceptor
/// can't see the channel; its kind shows only when a call starts. Without TLS the first call over an invoker may therefore be sent, without
/// a token, before it is refused: it is cancelled at once, but a blocking one is refused only when it has ended. Later calls are refused
/// before they are sent. The first stream over a channel with call credentials of its own fails if its token had to be fetched.
/// </remarks>
public sealed partial class FallbackTokenInterceptor : ClientInterceptor
{
    internal const string HeaderKey = "authorization";

    private readonly ITokenSource _tokens;
    private readonly ILogger _logger;
    private readonly FallbackTokenOptions _options;
    private readonly CredentialGuard _guard = new();
    private readonly bool _isShared;
    private SharedCallCredentials? _shared;
    private int _failing;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="tokens">Where tokens come from; see <see cref="TokenSources"/>.</param>
    /// <param name="options">Plain text, retries and failures; the defaults if null.</param>
    /// <param name="logger">Told when there is no token, and when one is refused; may be null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public FallbackTokenInterceptor(
        ITokenSource tokens, IOptions<FallbackTokenOptions>? options = null, ILogger<FallbackTokenInterceptor>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _tokens = tokens;
        _isShared = tokens is ISharedTokenSource { IsShared: true };
        _options = new FallbackTokenOptionsValidator().Checked(options);
        _logger = logger ?? NullLogger<FallbackTokenInterceptor>.Instance;
    }

    internal override ClientInterceptorSteps Steps => ClientInterceptorSteps.Prepare | ClientInterceptorSteps.Observe;

    /// <inheritdoc/>
    protected internal override void Prepare(ref OutgoingCall call)
    {
        if (call.Credentials is not null || call.Innermost is ICallToken || HasHeader(call.Headers))
            return;
        if (_options.AllowPlainText)
        {
            call.EditHeaders();
            call.Innermost = new TokenHeaderInterceptor(this, call.Method.FullName);
            return;
        }
        call.Credentials = Volatile.Read(ref _shared) ?? (CallCredentials)new FallbackCallCredentials(this, call.Method.FullName);
        call.Innermost = _guard;
    }

    /// <inheritdoc/>
    protected internal override bool Observes(scoped in OutgoingCall call) =>
        Shared(call.Credentials) is not null || Bearer(call.Credentials, call.Innermost) is not null;

    /// <inheritdoc/>
    protected internal override bool Reissues(ClientCall call, RpcException error)
    {
        if (error?.StatusCode != StatusCode.Unauthenticated)
            return false;
        if (Shared(call.Credentials) is { } shared)
            return _options.RetryUnary && ReissuesWithItsOwn(call, shared, error);
        if (Bearer(call.Credentials, call.Innermost) is not { } bearer)
            return false;
        if (bearer is FallbackCallCredentials { YieldsToChannel: true } credentials)
            return credentials.TakeSecondStart();
        if (bearer.Used is null)
            return false;
        Drop(bearer, call.Method);
        if (!_options.RetryUnary || bearer.Refused is not null)
            return false;
        (bearer.Refused, bearer.Refusal) = (bearer.Used, error);
        return true;
    }

    /// <inheritdoc/>
    protected internal override void OnEnd(ClientCall call)
    {
        var refused = call.Status.StatusCode == StatusCode.Unauthenticated;
        if (Shared(call.Credentials) is { } shared)
        {
            if (refused)
                Drop(shared, call.Method);
        }
        else if (Bearer(call.Credentials, call.Innermost) is { } bearer)
        {
            if (refused)
                Drop(bearer, call.Method);
            else if (call.Status.StatusCode == StatusCode.OK)
                (bearer as FallbackCallCredentials)?.Accepted();
        }
    }

    /// <summary>A token for a call, null if it is to be sent without. Fails as the call shall fail.</summary>
    internal ValueTask<AccessToken?> GetTokenAsync(TokenRequestContext request, CancellationToken cancellationToken)
    {
        var pending = Ask(request, cancellationToken);
        return pending.IsCompletedSuccessfully
            ? new ValueTask<AccessToken?>(Got(pending.Result, request))
            : AwaitTokenAsync(pending, request, cancellationToken);
    }

    /// <summary>The same for a call that knows which token it used.</summary>
    internal ValueTask<AccessToken?> GetTokenAsync(ICallToken bearer, TokenRequestContext request, CancellationToken cancellationToken)
    {
        bearer.Used = null;
        var pending = GetTokenAsync(request, cancellationToken);
        return pending.IsCompletedSuccessfully
            ? new ValueTask<AccessToken?>(Use(bearer, pending.Result))
            : UseAsync(bearer, pending);

        static async ValueTask<AccessToken?> UseAsync(ICallToken bearer, ValueTask<AccessToken?> pending) =>
            Use(bearer, await pending.ConfigureAwait(false));
    }

    private ValueTask<AccessToken> Ask(TokenRequestContext request, CancellationToken cancellationToken)
    {
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
        if (_isShared && !ReferenceEquals(Volatile.Read(ref _shared)?.Token, token))
            Volatile.Write(ref _shared, new SharedCallCredentials(this, token));
        return token;
    }

    private static AccessToken? Use(ICallToken bearer, AccessToken? token)
    {
        // The same again would be refused again.
        if (bearer.Refusal is { } refusal && token?.IsSame(bearer.Refused) == true)
            throw new RpcException(refusal.Status, refusal.Trailers);
        bearer.Used = token;
        return token;
    }

    private AccessToken? Fail(TokenRequestContext request, string reason, StatusCode statusCode = StatusCode.Unauthenticated)
    {
        Volatile.Write(ref _shared, null);
        if (Interlocked.Exchange(ref _failing, 1) == 0)
            LogUnavailable(_logger, request.Method, reason, _options.OnFailure);
        return _options.OnFailure == TokenFailureAction.SendWithout
            ? null
            : throw new RpcException(new Status(statusCode, $"No token for the call: {reason}"));
    }

    private void Drop(ICallToken bearer, IMethod method)
    {
        if (bearer.Used is not { } token || ReferenceEquals(bearer.Dropped, token))
            return;
        bearer.Dropped = token;
        Drop(token, method);
    }

    private void Drop(AccessToken token, IMethod method)
    {
        LogRefused(_logger, method.FullName);
        _tokens.Invalidate(token);
    }

    /// <summary>Many calls may be refused with it; by the second one there may be a newer token.</summary>
    private void Drop(SharedCallCredentials shared, IMethod method)
    {
        if (Interlocked.CompareExchange(ref _shared, null, shared) == shared)
            Drop(shared.Token, method);
    }

    private bool ReissuesWithItsOwn(ClientCall call, SharedCallCredentials shared, RpcException error)
    {
        Drop(shared, call.Method);
        call.Use(new FallbackCallCredentials(this, call.Method.FullName) { Refused = shared.Token, Refusal = error });
        return true;
    }

    private SharedCallCredentials? Shared(CallCredentials? credentials) =>
        credentials is SharedCallCredentials shared && shared.Owner == this ? shared : null;

    /// <summary>Another such interceptor may have been there before: its calls are not ours.</summary>
    private ICallToken? Bearer(CallCredentials? credentials, object? innermost)
    {
        var bearer = credentials as ICallToken ?? innermost as ICallToken;
        return bearer?.Owner == this ? bearer : null;
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
