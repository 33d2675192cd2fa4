namespace Interceptors.Discovery;

/// <summary>Told how the connection of an endpoint changes, one change at a time.</summary>
internal interface IConnectionObserver
{
    void OnReady(EndpointConnection connection);

    void OnFailing(EndpointConnection connection, EndpointUnavailableException reason);

    /// <summary>A connection that was ready has ended.</summary>
    /// <returns>Whether to connect again at once, since calls can go nowhere else.</returns>
    bool OnLost(EndpointConnection connection);
}
