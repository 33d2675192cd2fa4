namespace Interceptors.Discovery;

/// <summary>What the channels of this process know about the services that they call, for metrics and health. Thread safe.</summary>
internal sealed class ResolvedTargets(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResolvedTarget> _byTarget = new(StringComparer.Ordinal);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The services as they stand, by target.</summary>
    public IReadOnlyList<TargetState> All()
    {
        lock (_lock)
            return [.. _byTarget.Values.Select(s => s.State).OrderBy(s => s.Target, StringComparer.Ordinal)];
    }

    /// <summary>One more channel follows a target; several of one target share what they know.</summary>
    public ResolvedTarget Follow(string target)
    {
        lock (_lock)
        {
            if (!_byTarget.TryGetValue(target, out var service))
                _byTarget.Add(target, service = new ResolvedTarget(target, time, Leave));
            service.Channels++;
            return service;
        }
    }

    private void Leave(ResolvedTarget service)
    {
        lock (_lock)
        {
            if (--service.Channels == 0)
                _byTarget.Remove(service.State.Target);
        }
    }
}
