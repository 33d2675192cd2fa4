using System.Globalization;

namespace Interceptors.Integration.Tests;

/// <summary>
/// A service of four servers is scaled in to one: three get SIGTERM at the same moment, under load without any retries.
/// <c>INTERCEPTORS_SCALE_INS=20</c> makes it longer.
/// </summary>
public sealed class ScaleInTests
{
    private const int Callers = 16;
    private const int Remaining = 3;

    private static readonly int[] Leaving = [0, 1, 2];

    private static readonly int Rounds =
        int.Parse(Environment.GetEnvironmentVariable("INTERCEPTORS_SCALE_INS") ?? "2", CultureInfo.InvariantCulture);

    [Fact]
    [Trait("case", "discovery 9b")]
    public async Task Stopping_three_of_four_servers_at_once_fails_no_call()
    {
        await using var service = await UserService.StartAsync(Remaining + 1, TimeSpan.FromSeconds(10));
        await using var load = new UserLoad(service.Channel.CreateCallInvoker()).AddUnary(Callers);
        for (var round = 0; round < Rounds; round++)
        {
            await load.MoreUnaryCallsAsync(2000);
            await Task.WhenAll(Leaving.Select(service.StopAsync));
            await load.MoreUnaryCallsAsync(2000);
            load.AssertNoFailures();
            await Task.WhenAll(Leaving.Select(service.StartAgainAsync));
            await service.WaitForRegisteredAsync(Remaining + 1);
        }

        await load.EndAsync();
        load.AssertNoFailures();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Rounds} rounds: {load.UnaryCalls} calls");
    }
}
