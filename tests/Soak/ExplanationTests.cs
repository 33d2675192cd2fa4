using Grpc.Core;
using Interceptors.Soak.Clients;
using Interceptors.Soak.Faults;
using Interceptors.Soak.Reports;

namespace Interceptors.Soak.Tests;

public sealed class ExplanationTests
{
    private static readonly FaultRecord Killed = new("server1 is killed", TimeSpan.FromSeconds(10))
    {
        Kill = new Kill(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.1)),
        End = TimeSpan.FromSeconds(13),
    };

    private static readonly FaultRecord Restart = new("server2 is restarted", TimeSpan.FromSeconds(20)) { End = TimeSpan.FromSeconds(23) };

    [Theory]
    [InlineData(9, 10.05, true)]
    [InlineData(10.15, 10.2, true)]
    [InlineData(9, 9.9, false)]
    [InlineData(11, 11.1, false)]
    [InlineData(9, 12, false)]
    [InlineData(21, 21.1, false)]
    public void A_call_that_was_running_when_a_server_was_killed_is_explained_if_it_fails_at_once(
        double started, double ended, bool explained) =>
        Assert.Equal(explained ? Explanation.Broken : Explanation.None, Explanations.Of(Failed(started, ended, "gone"), [Killed, Restart]));

    [Fact]
    public void A_call_that_was_refused_is_never_explained() =>
        Assert.Equal(
            Explanation.None, Explanations.Of(Failed(10.15, 10.2, "Error. Connection refused (127.0.0.1:5001)"), [Killed, Restart]));

    [Fact]
    public void A_call_that_nothing_explains_names_the_fault_that_was_in_force()
    {
        Assert.Equal("server2 is restarted", Explanations.Circumstances(Failed(21, 21.1, "gone"), [Killed, Restart]));
        Assert.Equal("no fault was in force", Explanations.Circumstances(Failed(30, 31, "gone"), [Killed, Restart]));
    }

    private static FailedCall Failed(double started, double ended, string detail) => new(
        Load.Unary, TimeSpan.FromSeconds(started), TimeSpan.FromSeconds(ended), new Status(StatusCode.Unavailable, detail));
}
