using System.Collections.Concurrent;

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
        return For(service).Latest.ReadAllAsync(cancellationToken);
    }

    private Entries For(string service) => _services.GetOrAdd(service, static name => new Entries(name));

    private sealed class Entries
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, Registration> _byId = new(StringComparer.Ordinal);
        private readonly string _service;

        public Entries(string service)
        {
            _service = service;
            Publish();
        }

        public LatestValue<EndpointSnapshot> Latest { get; } = new();

        public void Put(Registration registration)
        {
            lock (_lock)
            {
                _byId[registration.Instance.Id] = registration;
                Publish();
            }
        }

        public void Remove(Registration registration)
        {
            lock (_lock)
            {
                // Its place may have been taken by a later one, which stays.
                if (_byId.TryGetValue(registration.Instance.Id, out var current) && current == registration)
                {
                    _byId.Remove(registration.Instance.Id);
                    Publish();
                }
            }
        }

        private void Publish() => Latest.Publish(EndpointSnapshot.Create(_service, _byId.Values.Select(r => r.Instance.Endpoint)));
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

        public ServiceInstance Instance { get; }

        public RegistrationState State => _status.State;

        public string? Problem => null;

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
