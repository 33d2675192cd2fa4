using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// Whether the servers of a service take gzip. gRPC has them refuse what they can't decompress with Unimplemented
/// (https://github.com/grpc/grpc/blob/master/doc/compression.md), as Go's do unless they were built with gzip.
/// </summary>
internal sealed class GzipSupport(string service, TimeProvider time)
{
    // After that a server may have learned it.
    private static readonly TimeSpan RefusalHolds = TimeSpan.FromMinutes(10);

    private long _refusedAt;
    private volatile bool _isKnown;
    private volatile bool _isRefused;

    /// <summary>The name of the service.</summary>
    public string Service => service;

    /// <summary>Whether to try: not so while a refusal holds.</summary>
    public bool MayTake => !_isRefused || time.GetUtcNow().UtcTicks - Volatile.Read(ref _refusedAt) > RefusalHolds.Ticks;

    /// <summary>Whether a compressed request has been taken, and none refused since.</summary>
    public bool IsKnown => _isKnown;

    public static bool IsRefusal(Status status) =>
        status.StatusCode == StatusCode.Unimplemented
        && (status.Detail.Contains("compress", StringComparison.OrdinalIgnoreCase)
            || status.Detail.Contains("grpc-encoding", StringComparison.Ordinal));

    public void Taken()
    {
        if (_isKnown)
            return;
        _isRefused = false;
        _isKnown = true;
    }

    /// <summary>Takes note of a refusal. True unless one was known already.</summary>
    public bool Refused()
    {
        var isNews = MayTake;
        Volatile.Write(ref _refusedAt, time.GetUtcNow().UtcTicks);
        _isRefused = true;
        _isKnown = false;
        return isNews;
    }
}
