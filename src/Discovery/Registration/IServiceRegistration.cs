namespace Interceptors.Discovery;

/// <summary>An instance's place in a registry. It ends only when it is disposed, or its registry is.</summary>
public interface IServiceRegistration : IAsyncDisposable
{
    /// <summary>What is registered.</summary>
    ServiceInstance Instance { get; }

    /// <summary>Where the registration stands now.</summary>
    RegistrationState State { get; }

    /// <summary>What keeps it from being registered, for people to read, without secrets; null if nothing is known to.</summary>
    string? Problem { get; }

    /// <summary>Follows the state. A reader that is slow misses states that were overtaken.</summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>The state now, and each change; ends after <see cref="RegistrationState.Stopped"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IAsyncEnumerable<RegistrationState> ReadStatesAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the registration is in a state. States that last only a moment can be missed.</summary>
    /// <param name="state">The state to wait for.</param>
    /// <param name="cancellationToken">Ends the waiting; the registration goes on.</param>
    /// <returns>A task that completes when the state is reached.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The registration was stopped, so that the state can't come any
    /// more.</exception>
    Task WaitForAsync(RegistrationState state, CancellationToken cancellationToken = default);
}
