using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>
/// A registry inside this process: servers and clients that share one object find each other, without any server to run.
/// For tests, for examples, and for a process that hosts both sides. Thread safe.
/// </summary>
public sealed class InMemoryServiceRegistry : IServiceRegistry, IEndpointSource
{
    private readonly ConcurrentDictionary<string, Entries> _services = new(StringComparer.Ordinal);

    /// <summary>Told of each registration when it begins, to follow its state.</summary>
    internal Action<IServiceRegistration>? OnRegister { get; set; }

    /// <inheritdoc/>
    /// <remarks>
    /// It is registered when this returns. Of two instances with the same service and id the later one takes the place.
    /// </remarks>
    public IServiceRegistration Register(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var registration = new Registration(instance, For(instance.Service));
        registration.Enter();
        OnRegister?.Invoke(registration);
        return registration;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<EndpointSnapshot> WatchAsync(string service, CancellationToken cancellationToken)
    {
        ServiceName.ThrowIfInvalid(service, nameof(service));
        return For(service).ReadAllAsync(cancellationToken);
    }

    private Entries For(string service) => _services.GetOrAdd(service, static name => new Entries(name));

    private sealed class Entries
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, Registration> _byId = new(StringComparer.Ordinal);
        private readonly SortedEndpoints _endpoints = new();
        private readonly LatestValue<Entries> _changes = new();
        private readonly string _service;
        private EndpointSnapshot? _snapshot;

        public Entries(string service)
        {
            _service = service;
            _changes.Publish(this);
        }

        /// <summary>A snapshot is made when it is read: what was registered while the reader was busy is in the next one.</summary>
        public async IAsyncEnumerable<EndpointSnapshot> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            EndpointSnapshot? last = null;
            await foreach (var changed in _changes.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var snapshot = changed.Snapshot();
                if (!ReferenceEquals(snapshot, last))
                    yield return snapshot;
                last = snapshot;
            }
        }

        public void Put(Registration registration)
        {
            var id = registration.Instance.Id;
            lock (_lock)
            {
                if (_byId.TryGetValue(id, out var before))
                    _endpoints.Remove(id, before.Instance.Endpoint);
                _byId[id] = registration;
                _endpoints.Add(id, registration.Instance.Endpoint);
                _snapshot = null;
            }

            _changes.Publish(this);
        }

        /// <returns>Whether it was the one that has the place.</returns>
        public bool Change(Registration registration, IReadOnlyDictionary<string, string> metadata)
        {
            var id = registration.Instance.Id;
            lock (_lock)
            {
                if (!_byId.TryGetValue(id, out var current) || current != registration)
                    return false;
                _endpoints.Remove(id, registration.Instance.Endpoint);
                registration.Instance = registration.Instance.With(metadata);
                _endpoints.Add(id, registration.Instance.Endpoint);
                _snapshot = null;
            }

            _changes.Publish(this);
            return true;
        }

        public void Remove(Registration registration)
        {
            var id = registration.Instance.Id;
            lock (_lock)
            {
                // Its place may have been taken by a later one, which stays.
                if (!_byId.TryGetValue(id, out var current) || current != registration)
                    return;
                _byId.Remove(id);
                _endpoints.Remove(id, registration.Instance.Endpoint);
                _snapshot = null;
            }

            _changes.Publish(this);
        }

        private EndpointSnapshot Snapshot()
        {
            lock (_lock)
                return _snapshot ??= _endpoints.ToSnapshot(_service);
        }
    }

    private sealed class Registration : IServiceRegistration
    {
        private readonly RegistrationStatus _status;
        private readonly Entries _entries;

        public Registration(ServiceInstance instance, Entries entries)
        {
            Instance = instance;
            _entries = entries;
            _status = new RegistrationStatus(instance);
        }

        public ServiceInstance Instance { get; set; }

        public RegistrationState State => _status.State;

        public string? Problem => null;

        public Task UpdateAsync(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(metadata);
            if (!_entries.Change(this, metadata) && State == RegistrationState.Stopped)
                throw new InvalidOperationException($"The registration of {Instance} was stopped before it was updated.");
            return Task.CompletedTask;
        }

        public void Enter()
        {
            _entries.Put(this);
            _status.Set(RegistrationState.Registered);
        }

        public IAsyncEnumerable<RegistrationState> ReadStatesAsync(CancellationToken cancellationToken = default) =>
            _status.ReadStatesAsync(cancellationToken);

        public Task WaitForAsync(RegistrationState state, CancellationToken cancellationToken = default) =>
            _status.WaitForAsync(state, cancellationToken);

        public ValueTask DisposeAsync()
        {
            _entries.Remove(this);
            _status.Set(RegistrationState.Stopped);
            return ValueTask.CompletedTask;
        }
    }
}
