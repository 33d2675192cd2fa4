namespace Interceptors.Discovery.Tool;

/// <summary>What was asked for can't be done as it was asked; the message says what to change.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
