using Interceptors.Discovery;
using Microsoft.AspNetCore.Builder;

namespace Interceptors.Testing;

/// <summary>A server on a free loopback port, registered in memory. <see cref="TestServices.StartAsync"/> makes one.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LoopbackProxy _proxy;
    private readonly CallRecorder _recorder;
    private readonly IServiceRegistration _registration;

    internal TestServer(WebApplication app, LoopbackProxy proxy, CallRecorder recorder, IServiceRegistration registration)
    {
        _app = app;
        _proxy = proxy;
        _recorder = recorder;
        _registration = registration;
    }

    /// <summary>Where clients reach it, as <c>host:port</c>.</summary>
    public string Address => _registration.Instance.Endpoint.Address;

    /// <summary>Its container.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The metadata of the calls that have ended, in the order of their ends. A copy.</summary>
    public IReadOnlyList<RecordedCall> Calls => _recorder.Calls;

    /// <summary>
    /// Ends it as a killed process ends: connections break, the port accepts no more, nothing is deregistered. As a lease does in time,
    /// <see cref="LeaveAsync"/> takes it off the list afterwards.
    /// </summary>
    /// <returns>A task that is done once no byte passes any more.</returns>
    public async Task KillAsync() => await _proxy.DisposeAsync().ConfigureAwait(false);

    /// <summary>
    /// Holds up everything that it would read or write, as a frozen process does; connections stay, new ones are accepted.
    /// </summary>
    /// <returns>A task that is done.</returns>
    public Task FreezeAsync()
    {
        _proxy.Freeze();
        return Task.CompletedTask;
    }

    /// <summary>Lets it go on after <see cref="FreezeAsync"/>.</summary>
    /// <returns>A task that is done.</returns>
    public Task ThawAsync()
    {
        _proxy.Thaw();
        return Task.CompletedTask;
    }

    /// <summary>Takes it off the list; it serves on.</summary>
    /// <returns>A task that is done once it is off the list.</returns>
    public async Task LeaveAsync() => await _registration.DisposeAsync().ConfigureAwait(false);

    /// <summary>Stops it as a host stops: it leaves the list first, then finishes its calls.</summary>
    /// <returns>A task that is done once it has stopped.</returns>
    public async Task StopAsync()
    {
        await LeaveAsync().ConfigureAwait(false);
        await _app.StopAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await LeaveAsync().ConfigureAwait(false);
        await KillAsync().ConfigureAwait(false);
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
