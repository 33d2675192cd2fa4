using System.Collections.Concurrent;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class ResilienceLoadTests : ResilienceFixture
{
    private const int Calls = 1000;

    [Fact]
    public async Task A_thousand_calls_at_once_with_failures_by_chance_all_end_and_the_counts_agree()
    {
        // Decided before, one for each call and attempt, so that the order of arrival does not matter.
        var random = new Random(20260);
        var fates = Enumerable.Range(0, Calls).Select(_ => Enumerable.Range(0, 3).Select(_ => random.Next(10)).ToArray()).ToArray();
        var arrivals = new ConcurrentDictionary<int, int>();
        OnArrival((_, context) =>
        {
            var call = int.Parse(context.RequestHeaders.GetValue("x-call")!, System.Globalization.CultureInfo.InvariantCulture);
            switch (fates[call][arrivals.AddOrUpdate(call, 0, (_, attempt) => attempt + 1)])
            {
                case < 4:
                    throw Failure();
                case 4:
                    throw Failure(StatusCode.Internal);
                default:
                    break;
            }
        });
        var options = Retrying();
        options.Concurrency = new ConcurrencyLimitOptions { MaxCalls = 50, QueueLength = Calls };
        options.AttemptTimeout = TimeSpan.FromMinutes(10);
        // More retries than a budget allows, on purpose.
        options.Retry!.Budget = null;
        var client = Client(options);
        var headers = Enumerable.Range(0, Calls).Select(call => new Metadata { { "x-call", $"{call}" } }).ToArray();

        var seen = await Task.WhenAll(
            Enumerable.Range(0, Calls).Select(call => StatusAsync(client.UnaryAsync(new ProbeRequest(), headers[call]))));

        Assert.Equal(fates.Select(Expected), seen);
        Assert.All(headers, (metadata, call) => Assert.Equal(("x-call", $"{call}"), (Assert.Single(metadata).Key, metadata[0].Value)));
        Assert.Equal(Arrived, Meters.Of("interceptors.client.attempts").Count);
        Assert.Equal(Arrived - Calls, Logs.Named("Retrying").Count);
        Assert.Equal(seen.Count(status => status == StatusCode.OK), Meters.Of("interceptors.client.attempts").Count(IsOk));
    }

    [Fact]
    public async Task Metadata_that_concurrent_calls_share_is_left_as_it_was()
    {
        OnArrival((_, context) =>
        {
            if (context.GetHttpContext().Request.Headers["grpc-previous-rpc-attempts"].Count == 0)
                throw Failure();
        });
        var options = Retrying();
        options.Retry!.Budget = null;
        var client = Client(options);
        var shared = new Metadata { { "x-own", "mine" } };

        await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => client.UnaryAsync(new ProbeRequest(), shared).ResponseAsync));

        Assert.Equal("x-own", Assert.Single(shared).Key);
        Assert.Equal(2 * Calls, Arrived);
    }

    [Fact]
    public async Task However_streams_end_their_places_are_given_back_exactly_once()
    {
        var random = new Random(20261);
        OnArrival((number, _) =>
        {
            if (number % 4 == 0)
                throw Failure();
        });
        var options = Retrying();
        options.Concurrency = new ConcurrencyLimitOptions { MaxCalls = 4, QueueLength = Calls };
        var client = Client(options);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => RunAsync(random.Next(6), random.Next(3))));

        await Eventually.True(() => Server.Observer.Running == 0, "all calls have ended");
        OnArrival((_, _) => { });
        var hanging = Enumerable.Range(0, 5).Select(_ => client.ServerStream(new ProbeRequest { Ending = Ending.Hang })).ToArray();
        await Eventually.True(() => Server.Observer.Running == 4, "as many calls run as there are places");
        // A place too many would let the fifth call in at once, before the unary one that follows is answered.
        await client.UnaryAsync(new ProbeRequest());
        Assert.Equal(4, Server.Observer.Running);
        foreach (var call in hanging)
            call.Dispose();

        async Task RunAsync(int end, int yields)
        {
            using var cancellation = new CancellationTokenSource();
            var request = new ProbeRequest { Responses = 1, Ending = end < 2 ? Ending.Return : Ending.Hang };
            using var call = client.ServerStream(request, cancellationToken: cancellation.Token);
            for (var i = 0; i < yields; i++)
                await Task.Yield();
            // Nobody reads the stream in the last two cases.
            var read = end < 4 ? ReadAsync(call.ResponseStream, end < 2) : Task.CompletedTask;
            if (end is 2 or 4)
                await cancellation.CancelAsync();
            else if (end is 3 or 5)
                call.Dispose();
            await StatusAsync(read);
        }

        static async Task ReadAsync(IAsyncStreamReader<ProbeResponse> responses, bool toTheEnd)
        {
            while (await responses.MoveNext(default) && toTheEnd)
            {
            }
        }
    }

    private static bool IsOk(Measurement attempt) => (string)attempt.Tags["rpc.status_code"]! == "OK";

    private static StatusCode Expected(int[] fates)
    {
        foreach (var fate in fates)
        {
            if (fate >= 4)
                return fate == 4 ? StatusCode.Internal : StatusCode.OK;
        }
        return StatusCode.Unavailable;
    }
}
