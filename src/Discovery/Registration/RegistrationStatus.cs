namespace Interceptors.Discovery;

/// <summary>The published state of one registration.</summary>
internal sealed class RegistrationStatus(ServiceInstance instance)
{
    private readonly LatestValue<Standing> _latest = Started();

    public RegistrationState State => _latest.Value!.State;

    public string? Problem => _latest.Value!.Problem;

    public void Set(RegistrationState state, string? problem = null)
    {
        _latest.Publish(new Standing(state, problem));
        if (state == RegistrationState.Stopped)
            _latest.Complete();
    }

    public async Task WaitForAsync(RegistrationState state, CancellationToken cancellationToken)
    {
        await foreach (var standing in _latest.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (standing.State == state)
                return;
        }

        throw new InvalidOperationException($"The registration of {instance} was stopped and will not be {state} any more.");
    }

    private static LatestValue<Standing> Started()
    {
        var latest = new LatestValue<Standing>();
        latest.Publish(new Standing(RegistrationState.Registering, Problem: null));
        return latest;
    }

    private sealed record Standing(RegistrationState State, string? Problem);
}
