using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// The call credentials of one call. On TLS channels grpc-dotnet asks them when the call starts, and then the channel's own. It keeps one
/// list for both and does not clear it in between, so ours are asked a second time exactly if the channel has credentials of its
/// own. That shows two tokens for one header before anything is sent.
/// </summary>
internal sealed class FallbackCallCredentials(FallbackTokenInterceptor owner, string method) : CallCredentials, ICallToken
{
    private static Type? _twofold;

    private int _secondStart;

    public FallbackTokenInterceptor Owner => owner;

    public AccessToken? Used { get; set; }

    public AccessToken? Dropped { get; set; }

    public AccessToken? Refused { get; set; }

    public RpcException? Refusal { get; set; }

    /// <summary>Whether the transport takes call credentials at all.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>Whether to add nothing, because the channel has credentials of its own.</summary>
    public bool YieldsToChannel { get; set; }

    /// <summary>Where the call is sent to, if that can be told.</summary>
    public CredentialGuard.Invoker? Invoker { get; set; }

    public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state)
    {
        IsAsked = true;
        var attempt = new CredentialAttempt(this);
        configurator.SetAsyncAuthInterceptorCredentials(state, attempt.AddTokenAsync);
        // Other transports take either this or that.
        if (!YieldsToChannel && IsTwofold(configurator))
            configurator.SetCompositeCredentials(state, attempt);
    }

    /// <summary>
    /// The call has ended well, so all that the channel had to ask was asked: had it credentials of its own, they would have shown.
    /// </summary>
    public void Accepted()
    {
        if (Invoker is { } invoker && Used is not null && !YieldsToChannel)
            invoker.TakesOurs = true;
    }

    /// <summary>Whether a call that was stopped on account of the channel's credentials may start again; true once.</summary>
    public bool TakeSecondStart() => Interlocked.Exchange(ref _secondStart, 1) == 0;

    public Task AddTokenAsync(AuthInterceptorContext context, Metadata metadata)
    {
        // The channel's UnsafeUseInsecureChannelCallCredentials lets credentials through without TLS.
        if (context.ServiceUrl.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
            throw CredentialGuard.PlainTextRefused();
        var pending = owner.GetTokenAsync(this, new TokenRequestContext(method, context.ServiceUrl), context.CancellationToken);
        if (!pending.IsCompletedSuccessfully)
            return AwaitTokenAsync(pending, metadata);
        Add(metadata, pending.Result);
        return Task.CompletedTask;
    }

    /// <summary>The channel has credentials of its own: stops the attempt.</summary>
    public RpcException Yield()
    {
        YieldsToChannel = true;
        // It was not sent, so nobody has refused it.
        Used = null;
        if (Invoker is { } invoker)
            invoker.HasCredentials = true;
        return new RpcException(new Status(
            StatusCode.Unauthenticated,
            "The channel has call credentials of its own, found out too late to leave the fallback token away from this call. "
            + "Its next calls are sent with the channel's credentials alone."));
    }

    public static async Task AwaitTokenAsync(ValueTask<AccessToken?> pending, Metadata metadata) =>
        Add(metadata, await pending.ConfigureAwait(false));

    public static void Add(Metadata metadata, AccessToken? token)
    {
        if (token is not null)
            metadata.Add(token.Entry);
    }

    private static bool IsTwofold(CallCredentialsConfiguratorBase configurator)
    {
        var type = configurator.GetType();
        if (type == _twofold)
            return true;
        if (type.Namespace?.StartsWith("Grpc.Net.Client", StringComparison.Ordinal) != true)
            return false;
        _twofold = type;
        return true;
    }
}
