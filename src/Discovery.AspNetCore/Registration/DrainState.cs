namespace Interceptors.Discovery.AspNetCore;

internal sealed class DrainState : IDrainState, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public DrainState() => Draining = _source.Token;

    public CancellationToken Draining { get; }

    /// <summary>Tells handlers. What their callbacks throw must not keep the server from stopping.</summary>
    /// <returns>What they threw; null if nothing.</returns>
    public async Task<Exception?> BeginAsync()
    {
        var telling = _source.CancelAsync();
        await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return telling.Exception?.InnerException;
    }

    public void Dispose() => _source.Dispose();
}
