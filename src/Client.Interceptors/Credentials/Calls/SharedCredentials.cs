using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// The credentials of all calls that are likely to use one token, over channels that are known to take ours: nothing is made for a call.
/// Each attempt gets the token of its moment, as anywhere; in the moment of a renewal that may be the next one.
/// </summary>
internal sealed class SharedCredentials : CallCredentials
{
    private readonly AsyncAuthInterceptor _addToken;

    public SharedCredentials(FallbackTokenInterceptor owner, AccessToken token)
    {
        Owner = owner;
        Token = token;
        _addToken = AddTokenAsync;
    }

    public FallbackTokenInterceptor Owner { get; }

    public AccessToken Token { get; }

    public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state) =>
        configurator.SetAsyncAuthInterceptorCredentials(state, _addToken);

    private Task AddTokenAsync(AuthInterceptorContext context, Metadata metadata)
    {
        var pending = Owner.GetTokenAsync(new TokenRequestContext(context), context.CancellationToken);
        if (!pending.IsCompletedSuccessfully)
            return FallbackCredentials.AwaitTokenAsync(pending, metadata);
        FallbackCredentials.Add(metadata, pending.Result);
        return Task.CompletedTask;
    }
}
