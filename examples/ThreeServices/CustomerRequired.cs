using Grpc.Core;
using Interceptors.Server;

namespace ThreeServices;

/// <summary>A server interceptor of our own: every call must say for which customer it is made.</summary>
internal sealed class CustomerRequired : ServerInterceptor
{
    private const string Key = "x-customer";

    public static string? CustomerOf(ServerCallContext context) => context.RequestHeaders.GetValue(Key);

    protected override ValueTask OnStartAsync(ServerCall call) =>
        CustomerOf(call.Context) is { Length: > 0 }
            ? ValueTask.CompletedTask
            : throw new RpcException(new Status(StatusCode.InvalidArgument, $"The call does not say for whom: send {Key}."));
}
