using Interceptors.Discovery.Etcd.Protocol;

namespace Interceptors.Discovery;

/// <summary>The authentication token, asked for once however many requests need it at the same time.</summary>
internal sealed class EtcdTokens(EtcdOptions options)
{
    private readonly Lock _lock = new();
    private Task<string>? _token;

    public bool AreUsed => options.Username is not null;

    public Task<string> GetAsync(EtcdMember member, CancellationToken cancellationToken)
    {
        Task<string> token;
        lock (_lock)
        {
            // A failed request is not remembered: the next one that needs a token asks again.
            if (_token is null or { IsFaulted: true } or { IsCanceled: true })
                _token = AuthenticateAsync(member).Observed();
            token = _token;
        }

        // One caller's cancellation must not take the token away from the others that wait for it.
        return token.WaitAsync(cancellationToken);
    }

    /// <summary>Drops a token that etcd has refused, unless it has been replaced already.</summary>
    public void Forget(string refused)
    {
        lock (_lock)
        {
            if (_token is { IsCompletedSuccessfully: true } && _token.Result == refused)
                _token = null;
        }
    }

    private async Task<string> AuthenticateAsync(EtcdMember member)
    {
        var request = new AuthenticateRequest { Name = options.Username, Password = options.Password };
        var deadline = DateTime.UtcNow + options.RequestTimeout;
        var answer = await new Auth.AuthClient(member.Invoker).AuthenticateAsync(request, deadline: deadline).ConfigureAwait(false);
        return answer.Token;
    }
}
