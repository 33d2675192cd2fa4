using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>
/// The call credentials of one call. gRPC for .NET asks them for each attempt, on channels with TLS; without TLS it leaves them out.
/// </summary>
internal sealed class FallbackCallCredentials(FallbackTokenInterceptor owner, string method) : CallCredentials
{
    /// <summary>What a call waits for, for people to read.</summary>
    public const string Awaited = "a token";

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

    private static Task AwaitTokenAsync(ValueTask<AccessToken?> pending, Metadata metadata)
    {
        if (CallNotes.Current is not { } notes)
            return AddAsync(pending, metadata);
        var wait = notes.BeginWait(Awaited);
        var added = new TaskCompletionSource();
        _ = AddNotedAsync();
        return added.Task;

        async Task AddNotedAsync()
        {
            try
            {
                await AddAsync(pending, metadata).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                wait.Dispose();
                added.SetException(exception);
                return;
            }
            wait.Dispose();
            // gRPC sends the call from here.
            using (CallNotes.Enter(notes, flows: true))
                added.SetResult();
        }
    }

    private static async Task AddAsync(ValueTask<AccessToken?> pending, Metadata metadata) =>
        Add(metadata, await pending.ConfigureAwait(false));

    private static void Add(Metadata metadata, AccessToken? token)
    {
        if (token is not null)
            metadata.Add(token.Entry);
    }
}
