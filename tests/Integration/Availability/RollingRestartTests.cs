using System.Globalization;

namespace Interceptors.Integration.Tests;

/// <summary>
/// Servers are restarted as in a deployment, under load without any retries. <c>ROLLING_RESTART_CALLS=200000</c> makes it longer: rounds
/// go on until that many calls have been made.
/// </summary>
public sealed class RollingRestartTests
{
    private const int Servers = 3;
    private const int Rounds = 3;

    private static readonly int Calls =
        int.Parse(Environment.GetEnvironmentVariable("ROLLING_RESTART_CALLS") ?? "20000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Restarting_all_servers_one_after_another_three_times_fails_no_call_and_cuts_no_stream()
    {
        await using var service = await UserService.StartAsync(Servers, TimeSpan.FromSeconds(10));
        await using var load = new UserLoad(service.Channel.CreateCallInvoker()).AddUnary(4).AddServerStreams(3).AddDuplexStreams(3);
        await load.MoreUnaryCallsAsync(100);
        var rounds = 0;
        for (; rounds < Rounds || load.UnaryCalls < Calls; rounds++)
        {
            for (var i = 0; i < Servers; i++)
            {
                await service.RestartAsync(i);
                await load.MoreUnaryCallsAsync(100);
                load.AssertNoFailures();
            }
        }

        await load.EndAsync();
        load.AssertNoFailures();
        Assert.InRange(load.Streams, rounds * Servers, int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rounds} rounds in {load.Clock.Elapsed.TotalSeconds:F0} s: {load.UnaryCalls} calls, "
            + $"{load.Streams} streams with {load.Messages} messages"));
    }
}
