namespace Interceptors.Discovery.Tool;

/// <summary>What was done has been undone by another process; the message says by which and what to do instead.</summary>
internal sealed class UndoneException(string message) : Exception(message);
