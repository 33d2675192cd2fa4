using System.Collections.Concurrent;

namespace Interceptors.Client.Tests;

/// <summary>Gives <c>token-1</c> until that is dropped, then <c>token-2</c>, and so on; at once, or after what the test says.</summary>
internal sealed class StubTokenSource : ITokenSource
{
    private readonly ConcurrentQueue<TokenRequestContext> _asked = new();
    private readonly ConcurrentQueue<string> _invalidated = new();
    private AccessToken _current = new("token-1");
    private int _dropped;

    public Func<CancellationToken, Task>? Delay { get; init; }

    public IReadOnlyList<TokenRequestContext> Asked => [.. _asked];

    public IReadOnlyList<string> Invalidated => [.. _invalidated];

    public int Dropped => Volatile.Read(ref _dropped);

    public async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken)
    {
        _asked.Enqueue(context);
        if (Delay is not null)
            await Delay(cancellationToken);
        return Volatile.Read(ref _current);
    }

    public void Invalidate(AccessToken token)
    {
        _invalidated.Enqueue(token.Value);
        var current = Volatile.Read(ref _current);
        if (current.Value == token.Value
            && Interlocked.CompareExchange(ref _current, new AccessToken($"token-{Dropped + 2}"), current) == current)
        {
            Interlocked.Increment(ref _dropped);
        }
    }
}
