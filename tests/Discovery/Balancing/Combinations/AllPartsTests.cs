using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>All parts at once, each policy, while all that can happen to servers does.</summary>
public sealed class AllPartsTests
{
    private const int Callers = 8;
    private const int Steps = 40;
    private const int Size = 5;

    public static TheoryData<string, int> Seeded => Combinations.With(1, 2);

    [Theory]
    [MemberData(nameof(Seeded))]
    public async Task Only_calls_under_way_on_a_server_that_is_cut_and_calls_that_a_server_fails_fail(string policy, int seed)
    {
        var output = TestContext.Current.TestOutputHelper;
        await using var service = new CombinedService(policy, new BalancingOptions
        {
            Subset = new SubsetOptions { Size = Size },
            HealthChecking = new HealthCheckingOptions(),
            OutlierEjection = new OutlierEjectionOptions { ConsecutiveErrors = 3, MaxEjectionPercent = 50 },
            Zone = new ZoneOptions { Local = CombinedService.Own },
            SlowStart = new SlowStartOptions(),
        });
        var town = new Town(service, new Random(seed));
        await town.StartAsync();
        await using var load = new MixedLoad(service.Balanced.Client, Callers);
        var cuts = 0;
        for (var step = 0; step < Steps; step++)
        {
            var what = await town.StepAsync(load);
            cuts += what.EndsWith("is cut", StringComparison.Ordinal) ? 1 : 0;
            output?.WriteLine($"{step}: {what}");
            Assert.InRange(service.Balanced.Known, 0, Size);
            await load.MoreAsync(50);
        }

        town.Calm();
        await load.EndAsync();
        await Eventually.True(
            () =>
            {
                service.Time.Advance(TimeSpan.FromSeconds(30));
                return service.Balanced.Endpoints("ready") == Size && service.Balanced.Known == Size;
            },
            "all are connected and let back");
        await service.Balanced.CallAsync(50);
        // And warm.
        service.Time.Advance(TimeSpan.FromMinutes(1));

        output?.WriteLine($"{load.Calls} calls; failed: {string.Join(", ", load.Failures.CountBy(f => f))}");
        foreach (var line in service.Balanced.Logs.Lines.Where(l => l.Message.Contains("'Unavailable'", StringComparison.Ordinal)))
            output?.WriteLine(line.Message);
        var failures = load.Failures.Where(f => f.Code != StatusCode.DataLoss).ToList();
        Assert.All(failures, f => Assert.Equal((StatusCode.Unavailable, true), f));
        // A caller has one call at a time.
        Assert.InRange(failures.Count, 0, cuts * Callers);
        var share = await service.Balanced.ShareAsync(1000);
        string[] called = [.. share.Keys.Where(n => share[n] > 0)];
        Assert.Equal(Size, called.Length);
        Assert.Equal(1000, service.Shares(share, called));
        Assert.All(town.Gone, name => Assert.Equal(0, share[name]));
        await service.NothingIsInFlightAsync();
    }
}
