using Grpc.Core.Utils;

namespace Interceptors.Standins.Tests;

public sealed class GrpcPreconditionsTest
{
    [Fact]
    public void What_holds_passes()
    {
        var reference = new object();

        GrpcPreconditions.CheckArgument(true);
        GrpcPreconditions.CheckArgument(true, "unused");
        GrpcPreconditions.CheckState(true);
        GrpcPreconditions.CheckState(true, "unused");
        Assert.Same(reference, GrpcPreconditions.CheckNotNull(reference));
        Assert.Same(reference, GrpcPreconditions.CheckNotNull(reference, "unused"));
    }

    [Fact]
    public void A_wrong_argument_throws_ArgumentException_with_the_message()
    {
        Assert.Throws<ArgumentException>(() => GrpcPreconditions.CheckArgument(false));
        Assert.Equal("why", Assert.Throws<ArgumentException>(() => GrpcPreconditions.CheckArgument(false, "why")).Message);
    }

    [Fact]
    public void A_null_reference_throws_ArgumentNullException_with_the_name()
    {
        Assert.Null(Assert.Throws<ArgumentNullException>(() => GrpcPreconditions.CheckNotNull<string>(null)).ParamName);
        Assert.Throws<ArgumentNullException>("what", () => GrpcPreconditions.CheckNotNull<string>(null, "what"));
    }

    [Fact]
    public void A_wrong_state_throws_InvalidOperationException_with_the_message()
    {
        Assert.Throws<InvalidOperationException>(() => GrpcPreconditions.CheckState(false));
        Assert.Equal("why", Assert.Throws<InvalidOperationException>(() => GrpcPreconditions.CheckState(false, "why")).Message);
    }
}
