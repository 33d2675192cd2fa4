namespace Interceptors.Discovery;

/// <summary>A service config can't be used. The message begins with the place in it, as a JSON path.</summary>
internal sealed class ServiceConfigException(string message) : Exception(message);
