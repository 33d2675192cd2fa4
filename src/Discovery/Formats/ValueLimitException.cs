namespace Interceptors.Discovery;

/// <summary>
/// A value holds more than any real one. It is rejected as a whole, before it costs memory. The message repeats none of it.
/// </summary>
internal sealed class ValueLimitException(string message) : Exception(message);
