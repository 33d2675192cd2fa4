using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// Call credentials that many calls share, on channels that are known to accept ours, so that a call allocates none. Each attempt
/// asks for the current token; during a renewal that may be the next one.
/// </summary>
internal sealed class SharedCallCredentials : CallCredentials
{
    private readonly AsyncAuthInterceptor _addToken;

    public SharedCallCredentials(FallbackTokenInterceptor owner, AccessToken token)
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
            return FallbackCallCredentials.AwaitTokenAsync(pending, metadata);
        FallbackCallCredentials.Add(metadata, pending.Result);
        return Task.CompletedTask;
    }
}
