using Grpc.Core;

namespace Interceptors.Discovery.Tool;

/// <summary>What etcd says no to: trying again does not help.</summary>
internal static class Refusals
{
    public static bool IsRefusal(this EtcdException exception) => exception.StatusCode
        is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.InvalidArgument or StatusCode.FailedPrecondition;
}
