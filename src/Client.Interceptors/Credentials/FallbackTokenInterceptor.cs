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
/// Meant for Grpc.Net.Client, and not to be combined with <c>AddCallCredentials</c> of its client factory: nothing tells of those, and the
/// header would hold two tokens. The same goes for channels with credentials of their own where plain text is allowed. An interceptor can't see the channel, so what it is shows only when a call starts. Without TLS the first call over an invoker may therefore leave
/// before it is refused, without a token: it is cancelled at once, but a blocking one is refused only when it has ended. Later calls
/// are refused before they are sent. The first stream over a channel with call credentials of its own fails if its token had to be fetched.
/// </remarks>
public sealed partial class FallbackTokenInterceptor : ClientInterceptor
{
    internal const string HeaderKey = "authorization";

    private readonly ITokenSource _tokens;
    private readonly ILogger _logger;
    private readonly FallbackTokenOptions _options;
    private readonly CredentialGuard _guard = new();
    private int _failing;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="tokens">Where tokens come from; see <see cref="TokenSources"/>.</param>
    /// <param name="options">What to do where it does not go well; the defaults if null.</param>
    /// <param name="logger">Told when no token can be had, and when one is refused; may be null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public FallbackTokenInterceptor(
        ITokenSource tokens, IOptions<FallbackTokenOptions>? options = null, ILogger<FallbackTokenInterceptor>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _tokens = tokens;
        _options = new FallbackTokenOptionsValidator().Checked(options);
        _logger = logger ?? NullLogger<FallbackTokenInterceptor>.Instance;
    }

    /// <inheritdoc/>
    protected internal override void Prepare(ref OutgoingCall call)
    {
        if (call.Options.Credentials is not null || call.Inside is ITokenBearer || HasHeader(call.Headers))
            return;
        if (_options.AllowPlainText)
        {
            call.EditHeaders();
            call.Inside = new PlainTextCall(this, call.Method.FullName);
            return;
        }
        call.Options = call.Options.WithCredentials(new FallbackCredentials(this, call.Method.FullName));
        call.Inside = _guard;
    }

    /// <inheritdoc/>
    protected internal override bool Observes(scoped in OutgoingCall call) => Bearer(call.Options.Credentials, call.Inside) is not null;

    /// <inheritdoc/>
    protected internal override bool Reissues(ClientCall call, RpcException error)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (error?.StatusCode != StatusCode.Unauthenticated || Bearer(call) is not { } bearer)
            return false;
        if (bearer is FallbackCredentials { YieldsToChannel: true } credentials)
            return credentials.TakeSecondStart();
        if (bearer.Used is null)
            return false;
        Drop(bearer, call);
        if (!_options.RetryUnary || bearer.Refused is not null)
            return false;
        (bearer.Refused, bearer.Refusal) = (bearer.Used, error);
        return true;
    }

    /// <inheritdoc/>
    protected internal override void OnEnd(ClientCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (Bearer(call) is not { } bearer)
            return;
        if (call.Status.StatusCode == StatusCode.Unauthenticated)
            Drop(bearer, call);
        else if (call.Status.StatusCode == StatusCode.OK)
            (bearer as FallbackCredentials)?.Accepted();
    }

    /// <summary>A token for a call, null if it is to be sent without. Fails as the call shall fail.</summary>
    internal ValueTask<AccessToken?> GetTokenAsync(ITokenBearer bearer, TokenRequestContext request, CancellationToken cancellationToken)
    {
        bearer.Used = null;
        var pending = Ask(request, cancellationToken);
        return pending.IsCompletedSuccessfully
            ? new ValueTask<AccessToken?>(TakeOrFail(bearer, pending.Result, request))
            : AwaitTokenAsync(bearer, pending, request, cancellationToken);
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
        ITokenBearer bearer, ValueTask<AccessToken> pending, TokenRequestContext request, CancellationToken cancellationToken)
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
            return Fail(request, exception is TokenUnavailableException ? exception.Message : $"the source failed with {exception.GetType().Name}");
        }
        return TakeOrFail(bearer, token, request);
    }

    private AccessToken? TakeOrFail(ITokenBearer bearer, AccessToken? token, TokenRequestContext request) =>
        token is null ? Fail(request, "the source gave null") : Take(bearer, token);

    private AccessToken Take(ITokenBearer bearer, AccessToken token)
    {
        if (Volatile.Read(ref _failing) != 0 && Interlocked.Exchange(ref _failing, 0) != 0)
            LogRecovered();
        // The same again would be refused again.
        if (bearer.Refusal is { } refusal && token.IsSame(bearer.Refused))
            throw new RpcException(refusal.Status, refusal.Trailers);
        bearer.Used = token;
        return token;
    }

    private AccessToken? Fail(TokenRequestContext request, string reason)
    {
        if (Interlocked.Exchange(ref _failing, 1) == 0)
            LogUnavailable(request.Method, reason, _options.OnFailure);
        return _options.OnFailure == TokenFailureAction.SendWithout
            ? null
            : throw new RpcException(new Status(StatusCode.Unauthenticated, $"No token for the call: {reason}"));
    }

    private void Drop(ITokenBearer bearer, ClientCall call)
    {
        if (bearer.Used is not { } token || ReferenceEquals(bearer.Dropped, token))
            return;
        bearer.Dropped = token;
        LogRefused(call.Method.FullName);
        _tokens.Invalidate(token);
    }

    private ITokenBearer? Bearer(ClientCall call) => Bearer(call.Credentials, call.Inside);

    /// <summary>Another such interceptor may have been there before: its calls are not ours.</summary>
    private ITokenBearer? Bearer(CallCredentials? credentials, object? inside)
    {
        var bearer = credentials as ITokenBearer ?? inside as ITokenBearer;
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
