using Interceptors.Discovery;
using Quickstart.Narration;

namespace Quickstart.Registries;

/// <summary>Where the servers of the demo register and its clients find them.</summary>
internal abstract class Registry(Narrator narrator) : IAsyncDisposable
{
    public const string Greeter = "greeter";
    public const string Gateway = "gateway";

    private readonly CancellationTokenSource _stop = new();
    private Task _following = Task.CompletedTask;

    /// <summary>How often it was away while it was needed.</summary>
    public int Outages { get; private set; }

    protected Narrator Narrator => narrator;

    protected abstract IEndpointSource Source { get; }

    /// <summary>What a client calls to reach a service.</summary>
    public abstract string TargetOf(string service);

    /// <summary>Adds it to a server or a client.</summary>
    public abstract void AddTo(IServiceCollection services);

    /// <summary>Makes it ready, and says what a person can do with it.</summary>
    public virtual Task StartAsync(CancellationToken stop)
    {
        _following = FollowAsync();
        return Task.CompletedTask;
    }

    /// <summary>Waits until what it says about the greeters is up to date and fulfils the condition.</summary>
    /// <exception cref="TimeoutException">That did not happen in time.</exception>
    public async Task<EndpointSnapshot> WaitAsync(Func<EndpointSnapshot, bool> condition, TimeSpan timeout, CancellationToken stop)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bound.CancelAfter(timeout);
        EndpointSnapshot? last = null;
        try
        {
            await foreach (var snapshot in Source.WatchAsync(Greeter, bound.Token))
            {
                last = snapshot;
                if (!snapshot.IsStale && condition(snapshot))
                    return snapshot;
            }

            throw new ObjectDisposedException(nameof(Registry));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"not so within {timeout.TotalSeconds} s; the registry says {last?.ToString() ?? "nothing"}");
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }

    /// <summary>Tells when the list of greeters may be out of date, and when it is not any more.</summary>
    private async Task FollowAsync()
    {
        try
        {
            var wasStale = false;
            await foreach (var snapshot in Source.WatchAsync(Greeter, _stop.Token))
            {
                if (snapshot.IsStale && !wasStale)
                {
                    Outages++;
                    narrator.Note($"Discovery is stale, its last list of {snapshot.Endpoints.Length} stays in use: {snapshot.StaleReason}");
                }
                else if (wasStale && !snapshot.IsStale)
                    narrator.Note($"Discovery is up to date again, with {snapshot.Endpoints.Length} greeters.");
                wasStale = snapshot.IsStale;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The demo is over.
        }
    }
}
