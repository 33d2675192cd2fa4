namespace Interceptors.Discovery;

/// <summary>A scheme whose source a user has added.</summary>
internal sealed record CustomScheme(string Name);
