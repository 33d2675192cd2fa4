using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Interceptors.ServiceDiscovery.Tests;

public sealed class FollowedServicesTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private readonly InMemoryServiceRegistry _registry = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_service_is_followed_for_a_time_after_the_last_look_up_and_whoever_waits_is_told_of_the_end()
    {
        await using var services = new FollowedServices(_registry, Idle, NullLogger.Instance, _time);
        var service = services.Enter("user");
        await service.WaitForAnswerAsync(Watching.Bound, default);
        var token = service.ChangeToken;
        service.Leave();

        _time.Advance(Idle - TimeSpan.FromSeconds(1));
        Assert.False(token.HasChanged);
        _registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("10.0.0.1", 80)));
        await Eventually.True(() => token.HasChanged, "a change is told although nobody looks the service up");

        var last = service.ChangeToken;
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.True(() => last.HasChanged && services.Count == 0, "the end is told");
    }

    [Fact]
    public async Task A_service_that_is_looked_up_again_in_time_is_followed_on()
    {
        await using var services = new FollowedServices(_registry, Idle, NullLogger.Instance, _time);
        services.Enter("user").Leave();
        var again = services.Enter("user");
        await again.WaitForAnswerAsync(Watching.Bound, default);
        var token = again.ChangeToken;

        _time.Advance(Idle * 2);

        Assert.False(token.HasChanged);
        Assert.Equal(1, services.Count);
    }

    [Fact]
    public async Task Whoever_looks_up_is_not_held_for_ever_by_a_registry_that_does_not_answer()
    {
        using var logs = new LogCapture();
        await using var services = new FollowedServices(new Silent(), Idle, logs.Factory().CreateLogger("test"), _time);
        var waiting = services.Enter("user").WaitForAnswerAsync(TimeSpan.FromSeconds(5), default);
        Assert.False(waiting.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(5));
        await waiting.WaitAsync(Watching.Bound);

        Assert.Single(logs.Named("RegistryNoAnswer"));
    }

    [Fact]
    public async Task A_source_that_throws_is_asked_again_and_reported_once()
    {
        using var logs = new LogCapture();
        var source = new Throwing(times: 3);
        await using var services = new FollowedServices(source, Idle, logs.Factory().CreateLogger("test"), _time);
        var service = services.Enter("user");

        await Eventually.True(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return service.Endpoints.Length == 1;
            },
            "the list is read at last");

        Assert.Single(logs.Named("EndpointSourceFailed"));
    }

    [Fact]
    public async Task A_listener_that_throws_keeps_no_other_from_hearing()
    {
        using var logs = new LogCapture();
        await using var services = new FollowedServices(_registry, Idle, logs.Factory().CreateLogger("test"), _time);
        var service = services.Enter("user");
        await service.WaitForAnswerAsync(Watching.Bound, default);
        using var bad = service.ChangeToken.RegisterChangeCallback(_ => throw new InvalidOperationException("bad"), null);

        _registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("10.0.0.1", 80)));
        await Eventually.True(() => logs.Named("ChangeListenerFailed").Count == 1, "it is logged");
        _registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("10.0.0.2", 80)));
        await Eventually.True(() => service.Endpoints.Length == 2, "the service is followed on");
    }

    private sealed class Silent : IEndpointSource
    {
        public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(
            string service, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield break;
        }
    }

    private sealed class Throwing(int times) : IEndpointSource
    {
        private int _asked;

        public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(
            string service, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _asked) <= times)
                throw new InvalidOperationException("not yet");
            yield return EndpointSnapshot.Create(service, [new DiscoveryEndpoint("10.0.0.1", 80)]);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
