using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class StatusTest
{
    [Fact]
    public void ToString_shows_code_and_detail() =>
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"gone\")", new Status(StatusCode.NotFound, "gone").ToString());

    [Fact]
    public void ToString_shows_type_and_message_of_the_debug_exception()
    {
        var status = new Status(StatusCode.Internal, "bad", new InvalidOperationException("boom"));

        Assert.Equal(
            "Status(StatusCode=\"Internal\", Detail=\"bad\", DebugException=\"System.InvalidOperationException: boom\")",
            status.ToString());
    }

    [Fact]
    public void The_constants_have_no_detail()
    {
        Assert.Equal((StatusCode.OK, ""), (Status.DefaultSuccess.StatusCode, Status.DefaultSuccess.Detail));
        Assert.Equal((StatusCode.Cancelled, ""), (Status.DefaultCancelled.StatusCode, Status.DefaultCancelled.Detail));
    }

    [Fact]
    public void The_default_is_success()
    {
        Assert.Equal(StatusCode.OK, default(Status).StatusCode);
        Assert.Equal("Status(StatusCode=\"OK\", Detail=\"\")", default(Status).ToString());
    }
}
