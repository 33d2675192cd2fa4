using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>The published state of one registration. One thread at a time sets it.</summary>
internal sealed class RegistrationStatus
{
    private readonly LatestValue<Standing> _latest = new();
    private readonly ServiceInstance _instance;

    public RegistrationStatus(ServiceInstance instance)
    {
        _instance = instance;
        Set(RegistrationState.Registering);
    }

    public RegistrationState State => _latest.Value!.State;

    public string? Problem => _latest.Value!.Problem;

    public void Set(RegistrationState state, string? problem = null)
    {
        _latest.Publish(new Standing(state, problem));
        if (state == RegistrationState.Stopped)
            _latest.Complete();
    }

    public async IAsyncEnumerable<RegistrationState> ReadStatesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RegistrationState? last = null;
        await foreach (var standing in _latest.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (standing.State == last)
                continue;
            last = standing.State;
            yield return standing.State;
        }
    }

    public async Task WaitForAsync(RegistrationState state, CancellationToken cancellationToken)
    {
        await foreach (var current in ReadStatesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (current == state)
                return;
        }

        throw new InvalidOperationException($"The registration of {_instance} was stopped and will not be {state} any more.");
    }

    private sealed record Standing(RegistrationState State, string? Problem);
}
