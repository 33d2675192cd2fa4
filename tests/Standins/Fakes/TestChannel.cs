using Grpc.Core;

namespace Interceptors.Standins.Tests;

internal sealed class TestChannel(string target, CallInvoker invoker) : ChannelBase(target)
{
    public override CallInvoker CreateCallInvoker() => invoker;
}
