using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// The call credentials of one call. gRPC for .NET asks them for each attempt, on channels with TLS; without TLS it leaves them out.
/// </summary>
internal sealed class FallbackCallCredentials(FallbackTokenInterceptor owner, string method) : CallCredentials
{
    public CallToken Token { get; } = new(owner);

    /// <summary>Whether the transport has asked for the token at all.</summary>
    public bool IsAsked { get; private set; }

    public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state) =>
        configurator.SetAsyncAuthInterceptorCredentials(state, AddTokenAsync);

    private Task AddTokenAsync(AuthInterceptorContext context, Metadata metadata)
    {
        IsAsked = true;
        // The channel's UnsafeUseInsecureChannelCallCredentials lets credentials through without TLS.
        if (context.ServiceUrl.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
            throw FallbackTokenInterceptor.PlainTextRefused();
        var pending = owner.GetTokenAsync(Token, new TokenRequestContext(method, context.ServiceUrl), context.CancellationToken);
        if (!pending.IsCompletedSuccessfully)
            return AwaitTokenAsync(pending, metadata);
        Add(metadata, pending.Result);
        return Task.CompletedTask;
    }

    private static async Task AwaitTokenAsync(ValueTask<AccessToken?> pending, Metadata metadata) =>
        Add(metadata, await pending.ConfigureAwait(false));

    private static void Add(Metadata metadata, AccessToken? token)
    {
        if (token is not null)
            metadata.Add(token.Entry);
    }
}
