using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

public sealed class LimitsLogTests
{
    [Fact]
    public async Task A_flood_of_refused_calls_is_one_line_and_later_one_that_counts_them()
    {
        var clock = new ManualTime();
        await using var limited =
            await LimitedServer.StartAsync(options => options.Server = new CallLimit { MaxConcurrentCalls = 1 }, clock);
        using var hold = await limited.OccupyAsync();

        for (var call = 0; call < 100; call++)
            await limited.RefusedAsync();

        var line = Assert.Single(limited.Server.Logs.Named("CallsRefused"));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Equal("server", line.Fields["Limit"]);
        Assert.Equal("/interceptors.testing.Probe/Unary", line.Fields["Method"]);
        Assert.Equal(100, limited.Refusals.Count);

        clock.Advance(TimeSpan.FromSeconds(10));
        await limited.RefusedAsync();
        await limited.RefusedAsync();

        Assert.Equal(2, limited.Server.Logs.Named("CallsRefused").Count);
        Assert.Equal(100, limited.Server.Logs.Named("CallsRefused")[1].Fields["Refused"]);
    }
}
