using System.Diagnostics;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

/// <summary>Recovery without anything around it.</summary>
public sealed class BareRecoveryTests
{
    private static readonly Task<string> Response = Task.FromResult("response");

    [Fact]
    public async Task Without_a_trace_id_the_text_has_none()
    {
        Activity.Current = null;

        var error = await Assert.ThrowsAsync<RpcException>(() => new RecoveryInterceptor().UnaryServerHandler<string, string>(
            "request", new TestServerCallContext(), static (_, _) => throw new SecretException()));

        Assert.Equal(new Status(StatusCode.Internal, "The server failed to handle the call."), error.Status);
    }

    [Fact]
    public void A_success_costs_what_an_interceptor_that_does_nothing_costs()
    {
        var nothing = new NothingInterceptor();
        var recovery = new RecoveryInterceptor();
        Allocated(nothing);
        Allocated(recovery);

        Assert.Equal(Allocated(nothing), Allocated(recovery));
    }

    private static long Allocated(ServerInterceptor interceptor)
    {
        var context = new TestServerCallContext();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            interceptor.UnaryServerHandler("request", context, static (_, _) => Response).GetAwaiter().GetResult();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class NothingInterceptor : ServerInterceptor;
}
