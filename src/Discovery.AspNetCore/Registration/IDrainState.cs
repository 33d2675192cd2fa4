namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// Tells handlers that their server is about to stop. Injected where a call may run for long. Comes with
/// <c>AddServiceRegistration</c>.
/// </summary>
public interface IDrainState
{
    /// <summary>
    /// Cancelled on shutdown once clients know that the server has gone from the registry, so that a stream that ends now is opened
    /// again somewhere else. From then on the server takes no new connections, and running calls and streams have what is left of
    /// <c>HostOptions.ShutdownTimeout</c> (30 s, less <see cref="ServiceRegistrationOptions.DrainTime"/>); then they are cut. End a
    /// stream when this is cancelled. (<c>IHostApplicationLifetime.ApplicationStopping</c> comes too early for that: clients may
    /// still come back.)
    /// </summary>
    CancellationToken Draining { get; }
}
