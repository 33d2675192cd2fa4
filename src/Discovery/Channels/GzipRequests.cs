using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Propagation;

namespace Interceptors.Discovery;

internal static class GzipRequests
{
    public static CallInvoker WithGzipRequests(this CallInvoker invoker) => invoker.Intercept(Add);

    private static Metadata Add(Metadata metadata)
    {
        if (metadata.IsEncodingChosen())
            return metadata;
        // The caller may use his metadata for another call, even at this moment.
        var copy = metadata.Copy();
        copy.ChooseGzip();
        return copy;
    }
}
