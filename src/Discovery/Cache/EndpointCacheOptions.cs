namespace Interceptors.Discovery;

/// <summary>
/// Keeps the endpoints of etcd targets on disk, one file for each service and cluster, and uses them when the registry can't be asked at
/// start. The registry's own list takes their place as soon as it answers. Several processes may share a directory.
/// </summary>
public sealed class EndpointCacheOptions
{
    /// <summary>
    /// Where the files are; made if it is missing. Whoever can write there decides where calls go, so let nobody else. Files can be read
    /// and written by this user only. Default: null, which means that nothing is kept and nothing read.
    /// </summary>
    public string? Directory { get; set; }

    /// <summary>
    /// How long the registry has for its first answer before the file is used; it is used at once when the registry is known to be away.
    /// Default: 500 ms.
    /// </summary>
    public TimeSpan WaitTime { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long ago the registry must have confirmed the list last for the file to be used. A running process renews it at least every
    /// hour, and four times within this. Default: 7 days.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How many endpoints a file holds at most; of a longer list the first are written. 1 to 100,000; besides, a file holds 16 MiB at
    /// most. Default: 10,000.
    /// </summary>
    public int MaxEndpoints { get; set; } = 10_000;

    internal EndpointCacheOptions Copy() => (EndpointCacheOptions)MemberwiseClone();

    internal IEnumerable<string> Problems()
    {
        if (Directory is not null && (string.IsNullOrWhiteSpace(Directory) || Directory.Contains('\0', StringComparison.Ordinal)))
            yield return $"{nameof(Directory)} is no path. Give one such as /var/lib/my-service/endpoints, or null for no files.";
        if (WaitTime < TimeSpan.Zero || WaitTime > TimeSpan.FromMinutes(5))
            yield return $"{nameof(WaitTime)} is {WaitTime}. Give a time between zero and 5 minutes.";
        if (MaxAge < TimeSpan.FromSeconds(1) || MaxAge > TimeSpan.FromDays(3650))
            yield return $"{nameof(MaxAge)} is {MaxAge}. Give 1 second to 3650 days.";
        if (MaxEndpoints is < 1 or > 100_000)
            yield return $"{nameof(MaxEndpoints)} is {MaxEndpoints}. Give 1 to 100000 endpoints.";
    }
}
