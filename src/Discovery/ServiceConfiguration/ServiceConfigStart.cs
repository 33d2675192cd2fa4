namespace Interceptors.Discovery;

/// <summary>A service config at the start.</summary>
/// <param name="Document">What is in force at first.</param>
/// <param name="Json">The text of it; where the source says the same, it is nothing new. Null if it had none.</param>
/// <param name="Source">Where others come from; null if the first one stays.</param>
internal sealed record ServiceConfigStart(ServiceConfigDocument Document, ReadOnlyMemory<byte>? Json, IServiceConfigSource? Source);
