using Grpc.Core;
using Interceptors.Discovery;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>One of three servers is stopped with SIGSTOP: its connections stay open, new ones are accepted, and nothing answers.</summary>
public sealed class FrozenServerTests
{
    private const int Callers = 8;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task It_takes_calls_until_its_lease_has_ended_and_again_once_it_goes_on()
    {
        await using var service = await UserService.StartAsync(3, TimeSpan.FromSeconds(2));
        await using (var load = LoadOn(service))
        {
            await load.MoreUnaryCallsAsync(1000);
            await service.Servers[1].FreezeAsync();
            await service.WaitForRegisteredAsync(2);
            // As many as can't be made while each third one waits for its deadline.
            await load.MoreUnaryCallsAsync(5000);
            await load.EndAsync();
            TestContext.Current.TestOutputHelper?.WriteLine($"{load.Failures.Count} calls failed");
            AssertTimeWasUp(load);
        }

        await using var later = LoadOn(service);
        await later.MoreUnaryCallsAsync(3000);
        await service.Servers[1].ThawAsync();
        await service.WaitForRegisteredAsync(3);
        await later.MoreUnaryCallsAsync(3000);
        later.AssertNoFailures();
    }

    [Fact]
    public async Task Outlier_ejection_leaves_it_out_after_the_first_calls_whose_time_was_up()
    {
        var ejection =
            new OutlierEjectionOptions { ConsecutiveErrors = 5, BaseEjectionTime = TimeSpan.FromMinutes(5), MaxEjectionPercent = 50 };
        await using var service = await UserService.StartAsync(3, TimeSpan.FromMinutes(10), o => o.Balancing.OutlierEjection = ejection);
        await using (var load = LoadOn(service))
        {
            await load.MoreUnaryCallsAsync(1000);
            await service.Servers[1].FreezeAsync();
            await Eventually.True(() => load.Failures.Count >= 5, "calls to it fail", TimeSpan.FromMinutes(1));
            await load.MoreUnaryCallsAsync(5000);
            await load.EndAsync();
            // Each caller waits for it when the first of these calls ends, and those that go on before the fifth may wait for it once more.
            Assert.InRange(load.Failures.Count, 5, 2 * Callers);
            AssertTimeWasUp(load);
        }

        await using var later = LoadOn(service);
        await later.MoreUnaryCallsAsync(3000);
        later.AssertNoFailures();
    }

    private static UserLoad LoadOn(UserService service) =>
        new UserLoad(service.Channel.CreateCallInvoker()) { Deadline = Deadline }.AddUnary(Callers);

    private static void AssertTimeWasUp(UserLoad load) =>
        Assert.All(load.Failures, e => Assert.Equal(StatusCode.DeadlineExceeded, Assert.IsType<RpcException>(e).StatusCode));
}
