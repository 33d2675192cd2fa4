using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>What is particular to one policy when one of its servers is ill.</summary>
public sealed class PolicyCombinationTests
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    [Fact]
    public async Task Weights_count_and_change_while_one_is_left_out_and_it_comes_back_with_its_own()
    {
        await using var service = new CombinedService(
            LoadBalancingPolicies.WeightedRoundRobin, CombinedService.PartFor(Ailment.FailingCalls));
        for (var i = 0; i < Names.Length; i++)
            await service.StartAsync(Names[i], weight: 100 * (i + 1));
        await service.TellAsync(ready: 4);
        await service.FallIllAsync("d", Ailment.FailingCalls);
        await service.SharesAsync(1000, "a", "b", "c");

        (service["a"].Weight, service["d"].Weight) = (700, 50);
        await service.TellAsync(ready: 3);
        await service.SharesAsync(1000, "a", "b", "c");
        await service.GetWellAsync("d");
        await service.SharesAsync(1000, Names);
        Assert.All(Names, name => Assert.Single(service[name].Connections));
    }

    [Fact]
    public async Task Least_request_spares_a_slow_server_while_others_join_and_leave_and_fail()
    {
        const int Callers = 20;
        await using var service = new CombinedService(LoadBalancingPolicies.LeastRequest, CombinedService.PartFor(Ailment.FailingCalls));
        foreach (var name in (string[])[.. Names, "later"])
            await service.StartAsync(name);
        await service.TellAsync(ready: 4, Names);
        var (answered, over) = (0, false);
        foreach (var name in (string[])["b", "c", "d", "later"])
        {
            service[name].OnCall = _ =>
            {
                Interlocked.Increment(ref answered);
                return Task.CompletedTask;
            };
        }

        // Time is counted in answers of the others, as in LeastRequestTests.
        service["a"].OnCall = _ =>
        {
            var done = Volatile.Read(ref answered) + (50 * Callers);
            return Eventually.True(() => Volatile.Read(ref answered) >= done || Volatile.Read(ref over), "the others answer");
        };
        var load = new Load(service.Balanced.Channel.CreateCallInvoker(), Callers);
        await load.MoreAsync(2000);
        await service.TellAsync(ready: 5);
        await load.MoreAsync(2000);
        await service.TellAsync(ready: 4, "a", "c", "d", "later");
        await load.MoreAsync(2000);
        service["c"].Fail(StatusCode.Internal);
        await service.ShowsAsync("ejected", 1);
        var gone = service["b"].Calls;
        await load.MoreAsync(2000);
        Volatile.Write(ref over, true);
        await load.DisposeAsync();

        // One round of the slow one is 1000 answers, for which it holds as many calls as each other one, 7 at most: one in a hundred of
        // 8000 and what went by between the steps.
        Assert.InRange(service["a"].Calls, 1, load.Calls / 100);
        Assert.Equal(gone, service["b"].Calls);
        Assert.True(service["later"].Calls > 1000, $"the one that joined got {service["later"].Calls} calls");
        Assert.All(load.Failures, f => Assert.Contains(BalancedService.Server.ToldToFail, f, StringComparison.Ordinal));
        // Two in a row, and each caller may have one under way.
        Assert.InRange(load.Failures.Count, 2, 2 + Callers);
        await service.NothingIsInFlightAsync();
    }
}
