using System.Diagnostics.CodeAnalysis;

namespace Interceptors;

/// <summary>The one place where background work is started and stopped.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The token source has no timer, so there is nothing to free.")]
internal sealed class BackgroundLoop
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private BackgroundLoop(Func<CancellationToken, Task> loop)
    {
        // The loop outlives the call that happens to start it, so it must not carry that call's AsyncLocals
        // (trace, user, incoming metadata) for the rest of the process's life.
        var flowing = !ExecutionContext.IsFlowSuppressed();
        if (flowing)
            ExecutionContext.SuppressFlow();
        try
        {
            _running = Task.Run(() => loop(_stop.Token));
        }
        finally
        {
            if (flowing)
                ExecutionContext.RestoreFlow();
        }
    }

    public static BackgroundLoop Start(Func<CancellationToken, Task> loop) => new(loop);

    /// <summary>Asks the loop to end, without waiting for it.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Asks the loop to end and waits until it has. What the loop threw is its own business by then.</summary>
    public async Task StopAsync()
    {
        Stop();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
