using Grpc.Core;
using Interceptors.Soak.Clients;
using Interceptors.Soak.Faults;
using Interceptors.Soak.Reports;

namespace Interceptors.Soak.Tests;

public sealed class ExplanationTests
{
    private static readonly FaultRecord Kill = new("server1 is killed", TimeSpan.FromSeconds(10))
    {
        Kill = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.1)),
        End = TimeSpan.FromSeconds(13),
    };

    private static readonly FaultRecord Restart = new("server2 is restarted", TimeSpan.FromSeconds(20)) { End = TimeSpan.FromSeconds(23) };

    [Theory]
    [InlineData(9, 10.05, true, "in flight at that moment")]
    [InlineData(10.15, 10.2, true, "begun before the client has seen it")]
    [InlineData(9, 9.9, false, "over before")]
    [InlineData(11, 11.1, false, "begun long after, while the server is still away")]
    [InlineData(9, 12, false, "the connection broke, and yet it hung")]
    [InlineData(21, 21.1, false, "during a graceful restart")]
    public void Only_a_call_on_a_connection_that_was_killed_is_explained(double started, double ended, bool explained, string why) =>
        Assert.True(explained == Explanation.IsExplained(Failed(started, ended), [Kill, Restart]), why);

    [Fact]
    public void A_call_that_nothing_explains_names_the_fault_that_was_in_force()
    {
        Assert.Equal("server2 is restarted", Explanation.Circumstances(Failed(21, 21.1), [Kill, Restart]));
        Assert.Equal("no fault was in force", Explanation.Circumstances(Failed(30, 31), [Kill, Restart]));
    }

    private static FailedCall Failed(double started, double ended) => new(
        Load.Unary, TimeSpan.FromSeconds(started), TimeSpan.FromSeconds(ended), new Status(StatusCode.Unavailable, "gone"));
}
