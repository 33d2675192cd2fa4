using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.AspNetCore.Tests;

public sealed class RegistrationHostedServiceTests
{
    private readonly InMemoryServiceRegistry _registry = new();

    [Fact]
    public async Task A_server_is_registered_with_its_bound_address_once_it_has_started_and_gone_when_it_stops()
    {
        await using var watching = new Watching(_registry, "user");
        await watching.UntilFreshAsync();
        await using var backend = await StartAsync("user");
        await watching.UntilFreshAsync(backend.Address);

        await backend.StopAsync();
        await watching.UntilFreshAsync();
    }

    [Fact]
    public async Task Several_services_of_one_host_are_each_registered()
    {
        await using var user = new Watching(_registry, "user");
        await using var order = new Watching(_registry, "order");
        await using var backend = await Backend.StartAsync(s => s
            .AddInMemoryDiscovery(_registry)
            .AddServiceRegistration("user", o => o.Id = "1")
            .AddServiceRegistration("user")
            .AddServiceRegistration("order"));

        await user.UntilFreshAsync(backend.Address);
        await order.UntilFreshAsync(backend.Address);
    }

    [Fact]
    public async Task The_drain_time_is_waited_for_after_deregistering()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync("user", o => o.DrainTime = TimeSpan.FromMilliseconds(700));
        await watching.UntilFreshAsync(backend.Address);

        var stopwatch = Stopwatch.StartNew();
        var stopping = backend.StopAsync();
        await watching.UntilFreshAsync();
        Assert.False(stopping.IsCompleted);
        await stopping;
        Assert.InRange(stopwatch.ElapsedMilliseconds, 690, 10_000);
    }

    [Fact]
    public async Task Handlers_are_told_to_end_only_when_clients_have_seen_that_the_server_has_gone()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync("user", o => o.DrainTime = TimeSpan.FromMilliseconds(300));
        await watching.UntilFreshAsync(backend.Address);
        var draining = backend.Services.GetRequiredService<IDrainState>().Draining;
        var endpointsWhenTold = -1;
        draining.Register(() => endpointsWhenTold = watching.Last!.Endpoints.Length);

        var stopping = backend.StopAsync();
        await watching.UntilFreshAsync();
        await stopping;
        Assert.True(draining.IsCancellationRequested);
        Assert.Equal(0, endpointsWhenTold);
    }

    [Fact]
    public async Task A_call_that_goes_on_past_the_limit_is_cut_and_the_server_stops()
    {
        await using var backend = await Backend.StartAsync(s => s
            .AddInMemoryDiscovery(_registry)
            .AddServiceRegistration("user", o => o.DrainTime = TimeSpan.FromMilliseconds(100))
            .Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1)));
        using var channel = GrpcChannel.ForAddress($"http://{backend.Address}");
        using var endless = new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => backend.Observer.Running == 1, "the handler runs");

        await backend.StopAsync().WaitAsync(Watching.Bound);
        await Assert.ThrowsAsync<RpcException>(async () => await endless);
    }

    [Fact]
    [Trait("case", "interceptors 44")]
    public async Task A_callback_of_a_handler_that_throws_is_logged_and_keeps_no_server_from_stopping()
    {
        using var logs = new LogCapture();
        await using var backend = await Backend.StartAsync(s => s
            .AddLogging(logging => logging.AddProvider(logs))
            .AddInMemoryDiscovery(_registry)
            .AddServiceRegistration("user"));
        var draining = backend.Services.GetRequiredService<IDrainState>().Draining;
        var others = 0;
        draining.Register(() => others++);
        draining.Register(() => throw new InvalidOperationException("broken"));
        draining.Register(() => others++);

        await backend.StopAsync();

        var line = Assert.Single(logs.Named("DrainingCallbackFailed"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("broken", line.Exception!.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, others);
    }

    [Fact]
    public async Task A_drain_time_that_leaves_running_calls_no_time_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => Backend.StartAsync(s => s
            .AddInMemoryDiscovery(_registry)
            .AddServiceRegistration("user", o => o.DrainTime = TimeSpan.FromSeconds(5))
            .Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5))));

        Assert.Contains("HostOptions.ShutdownTimeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_service_is_not_registered_until_it_is_resumed_while_others_stay()
    {
        await using var user = new Watching(_registry, "user");
        await using var order = new Watching(_registry, "order");
        await using var backend = await Backend.StartAsync(s => s
            .AddInMemoryDiscovery(_registry).AddServiceRegistration("user").AddServiceRegistration("order"));
        await user.UntilFreshAsync(backend.Address);
        var registrations = backend.Services.GetRequiredService<IHostRegistrations>();

        await registrations.PauseAsync("user");
        await user.UntilFreshAsync();
        Assert.Equal("order", Assert.Single(registrations.Current).Instance.Service);
        await registrations.ResumeAsync("user");
        await user.UntilFreshAsync(backend.Address);
        Assert.DoesNotContain(order.Seen.SkipWhile(s => s.Endpoints.IsEmpty), s => s.Endpoints.IsEmpty);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => registrations.PauseAsync("unknown"));
        Assert.Contains("'user', 'order'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_resumed_after_the_stop_has_begun_stays_out()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync("user");
        await watching.UntilFreshAsync(backend.Address);
        var registrations = backend.Services.GetRequiredService<IHostRegistrations>();
        await registrations.PauseAsync();
        await backend.StopAsync();

        await registrations.ResumeAsync();
        Assert.Empty(registrations.Current);
    }

    [Fact]
    public async Task The_health_check_follows_the_registration_and_is_unhealthy_from_the_first_moment_of_the_stop()
    {
        await using var watching = new Watching(_registry, "user");
        await using var backend = await Backend.StartAsync(s => s
            .AddInMemoryDiscovery(_registry)
            .AddServiceRegistration("user")
            .AddHealthChecks().AddServiceRegistrations());
        await watching.UntilFreshAsync(backend.Address);
        Assert.Equal(HealthStatus.Healthy, await HealthOfAsync(backend));
        var registrations = backend.Services.GetRequiredService<IHostRegistrations>();
        await registrations.PauseAsync();
        Assert.Equal(HealthStatus.Degraded, await HealthOfAsync(backend));
        await registrations.ResumeAsync();
        Assert.Equal(HealthStatus.Healthy, await HealthOfAsync(backend));

        var stopping = backend.StopAsync();
        await watching.UntilFreshAsync();
        Assert.Equal(HealthStatus.Unhealthy, await HealthOfAsync(backend));
        await stopping;
    }

    [Fact]
    public async Task The_start_waits_for_the_registration_if_it_shall()
    {
        await using var etcd = EtcdProcess.Create();
        IHostRegistrations? registrations = null;
        var starting = Backend.StartAsync(s => s
            .AddEtcdDiscovery(etcd.Endpoint, EtcdOptionsFor.Quick)
            .AddServiceRegistration("user", o => o.WaitUntilRegistered = true)
            .AddHostedService(provider =>
            {
                registrations = provider.GetRequiredService<IHostRegistrations>();
                return new Idle();
            }));
        await Eventually.True(() => registrations?.Current is [{ Problem: not null }], "it has tried");
        Assert.False(starting.IsCompleted);

        await etcd.StartAsync();
        await using var backend = await starting.WaitAsync(Watching.Bound);
        Assert.Equal(RegistrationState.Registered, registrations!.Current.Single().State);
    }

    [Fact]
    public async Task The_start_does_not_wait_for_the_registration_otherwise()
    {
        await using var etcd = EtcdProcess.Create();
        await using var backend = await Backend.StartAsync(s => s
            .AddEtcdDiscovery(etcd.Endpoint, o => o.RequestTimeout = TimeSpan.FromSeconds(1)).AddServiceRegistration("user"));

        Assert.NotEqual(RegistrationState.Registered, backend.Services.GetRequiredService<IHostRegistrations>().Current.Single().State);
    }

    [Fact]
    public async Task A_wrong_option_stops_the_start_and_is_named()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("user", o => o.AdvertisedHost = "0.0.0.0"));

        Assert.Contains("ServiceRegistrationOptions.AdvertisedHost of service 'user'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_a_registry_does_not_start_and_says_what_to_add()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Backend.StartAsync(s => s.AddServiceRegistration("user")));

        Assert.Contains("AddEtcdDiscovery", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_that_come_and_go_under_load_fail_no_call()
    {
        await using var discovery = DiscoveryChannelFactory.Create(o => o.UseInMemory(_registry));
        var channel = discovery.CreateChannel("memory:///user");
        await using var staying = await StartAsync("user");
        await using var load = new Load(channel.CreateCallInvoker());
        for (var round = 0; round < 5; round++)
        {
            var passing = await StartAsync("user");
            await Eventually.True(() => passing.Calls > 20, "the new one is called");
            await passing.DisposeAsync();
            await load.MoreAsync(50);
        }

        load.AssertNoFailures();
        Assert.InRange(load.Calls, 100, int.MaxValue);
    }

    private static async Task<HealthStatus> HealthOfAsync(Backend backend) =>
        (await backend.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;

    private Task<Backend> StartAsync(string service, Action<ServiceRegistrationOptions>? configure = null) =>
        Backend.StartAsync(s => s.AddInMemoryDiscovery(_registry).AddServiceRegistration(service, configure));

    private sealed class Idle : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
