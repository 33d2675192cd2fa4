namespace Interceptors.Discovery;

/// <summary>Takes registrations of instances, so that clients find them.</summary>
public interface IServiceRegistry
{
    /// <summary>Registers an instance and keeps it registered until the returned handle is disposed.</summary>
    /// <remarks>
    /// Returns at once and never fails because the registry is away: it is tried until it works. Watch
    /// <see cref="IServiceRegistration.State"/>, or wait with <see cref="IServiceRegistration.WaitForAsync"/>.
    /// </remarks>
    /// <param name="instance">The instance.</param>
    /// <returns>The handle. Dispose it to deregister.</returns>
    /// <exception cref="InvalidOperationException">This object registers an instance of the service with that id or address
    /// already.</exception>
    /// <exception cref="ObjectDisposedException">The registry is disposed.</exception>
    IServiceRegistration Register(ServiceInstance instance);
}
