namespace Interceptors.Discovery;

/// <summary>
/// An endpoint could not be connected, or was not when a call was to be sent: nothing of the call has left this side. The message may hold
/// what a server has said, and is safe to log.
/// </summary>
internal sealed class EndpointUnavailableException(string message, Exception? inner = null) : IOException(SafeText.Of(message), inner);
