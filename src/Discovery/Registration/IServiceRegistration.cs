namespace Interceptors.Discovery;

/// <summary>An instance's place in a registry. It ends only when it is disposed, or its registry is.</summary>
public interface IServiceRegistration : IAsyncDisposable
{
    /// <summary>What is registered now: as it was told last, with what an operator has changed (<c>discovery update</c>).</summary>
    ServiceInstance Instance { get; }

    /// <summary>Where the registration stands now.</summary>
    RegistrationState State { get; }

    /// <summary>What keeps it from being registered, for people to read, without secrets; null if nothing is known to.</summary>
    string? Problem { get; }

    /// <summary>
    /// Replaces the metadata of the instance: weight, zone, tags and so on. Key and address stay, so that clients keep their connections.
    /// While the registry is away it is tried until it works. Of several updates at once the last one counts.
    /// </summary>
    /// <param name="metadata">All of the new metadata: see <see cref="EndpointMetadata"/>. <see cref="InstanceUpdate.ApplyTo"/> changes
    /// some of it.</param>
    /// <param name="cancellationToken">Ends the waiting; the update is made all the same.</param>
    /// <returns>A task that completes when the registry has taken it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The registration was stopped before.</exception>
    Task UpdateAsync(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken = default);

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
