using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class ContextPropagationOptionsTest
{
    [Fact]
    public void Both_are_propagated_by_default() => Assert.Equal(
        (true, true),
        (ContextPropagationOptions.Default.IsPropagateDeadline, ContextPropagationOptions.Default.IsPropagateCancellation));

    [Fact]
    public void Either_can_be_left_out()
    {
        Assert.False(new ContextPropagationOptions(propagateDeadline: false).IsPropagateDeadline);
        Assert.False(new ContextPropagationOptions(propagateCancellation: false).IsPropagateCancellation);
    }
}
