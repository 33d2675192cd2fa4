using Grpc.Core;
using Interceptors.Discovery.Etcd.Protocol;

namespace Interceptors.Discovery;

/// <summary>The authentication token, asked for once however many requests need it at the same time.</summary>
internal sealed class EtcdTokens(EtcdOptions options)
{
    private readonly Lock _lock = new();
    private Task<string>? _token;
    private EtcdMember? _asked;

    public bool AreUsed => options.HasUser;

    /// <summary>The token; empty if the cluster has authentication off.</summary>
    public Task<string> GetAsync(EtcdMember member, CancellationToken cancellationToken)
    {
        Task<string> token;
        lock (_lock)
        {
            // A failed request is not remembered: the next one that needs a token asks again. Nor is one that waits for a member that
            // has been left.
            if (_token is null or { IsFaulted: true } or { IsCanceled: true } || (!_token.IsCompleted && _asked != member))
                (_token, _asked) = (AuthenticateAsync(member).Observed(), member);
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
        using var bound = new CancellationTokenSource(options.RequestTimeout, PoolTime.Shared);
        var request = new AuthenticateRequest
        {
            Name = await ReadAsync(options.UsernameFile, bound.Token).ConfigureAwait(false) ?? options.Username,
            Password = await ReadAsync(options.PasswordFile, bound.Token).ConfigureAwait(false) ?? options.Password,
        };
        try
        {
            var answer = await new Auth.AuthClient(member.Invoker)
                .AuthenticateAsync(request, cancellationToken: bound.Token).ConfigureAwait(false);
            return answer.Token;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.FailedPrecondition)
        {
            // Authentication is not enabled (yet), so that it can be switched on while clients run.
            return "";
        }
    }

    // Each time, so that a rotated password needs no restart.
    private static async Task<string?> ReadAsync(string? file, CancellationToken cancellationToken) =>
        file is null ? null : (await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)).TrimEnd('\r', '\n');
}
