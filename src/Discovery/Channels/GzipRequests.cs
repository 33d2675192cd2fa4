using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Discovery;

internal static class GzipRequests
{
    /// <summary>The metadata by which grpc-dotnet is told to compress a request; it is not sent.</summary>
    private const string Key = "grpc-internal-encoding-request";

    public static CallInvoker WithGzipRequests(this CallInvoker invoker) => invoker.Intercept(Add);

    private static Metadata Add(Metadata metadata)
    {
        if (metadata.Get(Key) is not null)
            return metadata;
        // The caller may use his metadata for another call, even at this moment.
        var copy = new Metadata();
        foreach (var entry in metadata)
            copy.Add(entry);
        copy.Add(Key, "gzip");
        return copy;
    }
}
