namespace Quickstart.Options;

/// <summary>The demo can't start; the message says why and what to do about it.</summary>
internal sealed class SetupException(string message) : Exception(message);
