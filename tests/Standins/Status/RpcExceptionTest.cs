using System.Globalization;
using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class RpcExceptionTest
{
    private static readonly InvalidOperationException Cause = new("boom");
    private static readonly Status Failed = new(StatusCode.Internal, "bad", Cause);

    [Fact]
    public void The_message_is_the_status_unless_one_is_given()
    {
        Assert.Equal(Failed.ToString(), new RpcException(Failed).Message);
        Assert.Equal(Failed.ToString(), new RpcException(Failed, new Metadata()).Message);
        Assert.Equal("own", new RpcException(Failed, "own").Message);
        Assert.Equal("own", new RpcException(Failed, [], "own").Message);
    }

    [Fact]
    public void The_inner_exception_is_the_status_s_debug_exception()
    {
        Assert.Same(Cause, new RpcException(Failed).InnerException);
        Assert.Null(new RpcException(Status.DefaultCancelled).InnerException);
    }

    [Fact]
    public void The_message_shows_no_stack_trace_of_the_debug_exception()
    {
        var thrown = Assert.Throws<FormatException>(() => int.Parse("boom", CultureInfo.InvariantCulture));

        Assert.DoesNotContain(" at ", new RpcException(new Status(StatusCode.Internal, "bad", thrown)).Message);
    }

    [Fact]
    public void Status_and_code_are_those_given()
    {
        var exception = new RpcException(Failed);

        Assert.Equal(Failed, exception.Status);
        Assert.Equal(StatusCode.Internal, exception.StatusCode);
    }

    [Fact]
    public void Trailers_are_Empty_unless_given()
    {
        var trailers = new Metadata();

        Assert.Same(Metadata.Empty, new RpcException(Failed).Trailers);
        Assert.Same(Metadata.Empty, new RpcException(Failed, "own").Trailers);
        Assert.Same(trailers, new RpcException(Failed, trailers).Trailers);
        Assert.Same(trailers, new RpcException(Failed, trailers, "own").Trailers);
    }

    [Fact]
    public void Trailers_may_not_be_null()
    {
        Assert.Throws<ArgumentNullException>("trailers", () => new RpcException(Failed, (Metadata)null!));
        Assert.Throws<ArgumentNullException>("trailers", () => new RpcException(Failed, null!, "own"));
    }
}
