namespace Interceptors.Soak;

/// <summary>Something that has to work did not; the message is for the report.</summary>
internal sealed class SoakException(string message) : Exception(message);
