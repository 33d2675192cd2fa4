namespace Interceptors.Discovery;

/// <summary>A place from which a service config is read, and read again when it changes.</summary>
internal interface IServiceConfigSource
{
    /// <summary>The place, for messages.</summary>
    string Name { get; }

    /// <summary>What stands there, now and after each change. Ends only when cancelled, and does not throw: trouble is said too.</summary>
    IAsyncEnumerable<ServiceConfigReading> FollowAsync(CancellationToken cancellationToken);
}

/// <summary>What stood there, or why that is not known.</summary>
internal sealed record ServiceConfigReading
{
    public ReadOnlyMemory<byte>? Json { get; private init; }

    public string? Problem { get; private init; }

    /// <summary>Whether the place could be asked, even if it had nothing.</summary>
    public bool IsAnswer { get; private init; }

    public static ServiceConfigReading Of(ReadOnlyMemory<byte> json) => new() { Json = json, IsAnswer = true };

    public static ServiceConfigReading Missing(string problem) => new() { Problem = problem, IsAnswer = true };

    public static ServiceConfigReading Unknown(string problem) => new() { Problem = problem };
}
