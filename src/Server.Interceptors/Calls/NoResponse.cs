namespace Interceptors.Server;

/// <summary>The result type of a handler that streams its responses.</summary>
internal readonly struct NoResponse;
