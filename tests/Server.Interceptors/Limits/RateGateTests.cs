using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

public sealed class RateGateTests
{
    private static readonly TimeSpan Pushback = TimeSpan.FromMilliseconds(300);

    private readonly ManualTime _clock = new();

    [Fact]
    public async Task As_many_calls_start_as_the_rate_allows_and_then_evenly()
    {
        await using var limited = await LimitedServer.StartAsync(options => options.Server = new CallLimit { CallsPerPeriod = 4 }, _clock);

        Assert.Equal(4, await PassedAsync(limited, 6));
        _clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(0, await PassedAsync(limited, 2));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await PassedAsync(limited, 3));
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(2, await PassedAsync(limited, 3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task After_a_quiet_time_no_more_calls_start_at_once_than_the_burst(int burst)
    {
        await using var limited = await LimitedServer.StartAsync(
            options => options.Server = new CallLimit { CallsPerPeriod = 3, Period = TimeSpan.FromMinutes(1), Burst = burst }, _clock);

        _clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(burst, await PassedAsync(limited, 10));
        _clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(burst, await PassedAsync(limited, 10));
    }

    [Fact]
    public async Task A_refused_caller_is_told_when_the_next_start_is_due()
    {
        await using var limited = await LimitedServer.StartAsync(
            options => options.Server = new CallLimit { CallsPerPeriod = 2, Period = TimeSpan.FromSeconds(3) }, _clock);
        Assert.Equal(2, await PassedAsync(limited, 2));

        Assert.Equal("1500", (await limited.RefusedAsync()).Trailers.GetValue("grpc-retry-pushback-ms"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("500", (await limited.RefusedAsync()).Trailers.GetValue("grpc-retry-pushback-ms"));
        _clock.Advance(TimeSpan.FromMilliseconds(499.5));
        Assert.Equal("1", (await limited.RefusedAsync()).Trailers.GetValue("grpc-retry-pushback-ms"));
    }

    [Fact]
    public async Task A_client_with_a_retry_policy_comes_again_when_it_is_told_to_and_not_by_its_own_backoff()
    {
        await using var limited = await LimitedServer.StartAsync(options =>
            options.Server = new CallLimit { CallsPerPeriod = 1, Period = TimeSpan.FromMilliseconds(600) });
        using var channel = Retrying(limited, backoff: TimeSpan.FromHours(1));
        var client = new Probe.ProbeClient(channel);
        await client.UnaryAsync(new ProbeRequest());

        // By its own backoff it would wait an hour.
        await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddMinutes(1));

        Assert.NotEmpty(limited.Refusals);
    }

    [Fact]
    public async Task A_client_with_a_retry_policy_does_not_come_again_before_it_is_told_to()
    {
        await using var limited = await LimitedServer.StartAsync(options =>
        {
            options.Server = new CallLimit { MaxConcurrentCalls = 1 };
            options.RetryPushback = Pushback;
        });
        var hold = await limited.OccupyAsync();
        using var channel = Retrying(limited, backoff: TimeSpan.FromMilliseconds(1));
        var start = Stopwatch.GetTimestamp();
        var call = new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest()).ResponseAsync;
        await Eventually.True(() => limited.Refusals.Count > 0, "the first attempt is refused");
        hold.Dispose();

        await call;

        Assert.True(Stopwatch.GetElapsedTime(start) >= Pushback, "The second attempt came before its time.");
    }

    [Fact]
    public async Task A_call_refused_for_want_of_a_place_uses_up_no_start()
    {
        await using var limited = await LimitedServer.StartAsync(
            options =>
                options.Server = new CallLimit { MaxConcurrentCalls = 1, CallsPerPeriod = 2, Period = TimeSpan.FromHours(1) }, _clock);
        using (await limited.OccupyAsync())
            Assert.Equal(0, await PassedAsync(limited, 5));
        await Eventually.True(() => limited.Running("server") == 0, "the place is free");

        Assert.Equal(1, await PassedAsync(limited, 1));
        Assert.Equal(0, await PassedAsync(limited, 1));
    }

    private static async Task<int> PassedAsync(LimitedServer limited, int calls)
    {
        var passed = 0;
        for (var call = 0; call < calls; call++)
        {
            try
            {
                await limited.Client().UnaryAsync(new ProbeRequest());
                passed++;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
            {
            }
        }
        return passed;
    }

    private static GrpcChannel Retrying(LimitedServer limited, TimeSpan backoff) =>
        GrpcChannel.ForAddress(limited.Server.Address, new GrpcChannelOptions
        {
            ServiceConfig = new ServiceConfig
            {
                MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = 5,
                        InitialBackoff = backoff,
                        MaxBackoff = backoff,
                        BackoffMultiplier = 1,
                        RetryableStatusCodes = { StatusCode.ResourceExhausted },
                    },
                },
            },
            },
        });
}
