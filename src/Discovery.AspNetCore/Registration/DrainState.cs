namespace Interceptors.Discovery.AspNetCore;

internal sealed class DrainState : IDrainState, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public DrainState() => Draining = _source.Token;

    public CancellationToken Draining { get; }

    // What a handler's callback throws must not keep the server from stopping.
    public async Task BeginAsync() => await _source.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public void Dispose() => _source.Dispose();
}
