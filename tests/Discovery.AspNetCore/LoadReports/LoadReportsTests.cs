using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.AspNetCore.Tests;

public sealed class LoadReportsTests
{
    private const string Trailer = "endpoint-load-metrics-bin";

    private readonly InMemoryServiceRegistry _registry = new();

    [Fact]
    public async Task One_of_five_servers_that_is_four_times_slower_gets_about_a_quarter_of_the_calls_of_another()
    {
        var servers = new List<CostlyServer>();
        for (var i = 0; i < 5; i++)
            servers.Add(await CostlyServer.StartAsync(_registry, cost: i == 0 ? 0.004 : 0.001));
        try
        {
            await using var discovery = DiscoveryChannelFactory.Create(o => o.UseInMemory(_registry));
            var channel = discovery.CreateChannel("memory:///user", o => o.ServiceConfig.Json =
                """
                {"loadBalancingConfig":[{"weighted_round_robin":{"blackoutPeriod":"0s","weightUpdatePeriod":"0.1s"}}]}
                """);
            await using var load = new Load(channel.CreateCallInvoker());
            // Over whole rounds: the first few calls say nothing.
            for (var round = 0; round == 0 || (round < 50 && ShareOfFirst(servers) > 0.4); round++)
                await RoundAsync(1000);

            await RoundAsync(5000);
            Assert.InRange(ShareOfFirst(servers), 0.1, 0.4);
            load.AssertNoFailures();

            Task RoundAsync(int calls)
            {
                servers.ForEach(server => server.Restart());
                return load.MoreAsync(calls);
            }
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_report_holds_what_is_measured_and_what_the_application_says_on_calls_that_fail_too()
    {
        await using var backend = await StartAsync(o =>
        {
            o.ApplicationUtilization = () => 0.75;
            o.MemoryUtilization = () => 0.5;
        });
        using var channel = GrpcChannel.ForAddress($"http://{backend.Address}");

        var report = await ReportAsync(channel, Ending.Return);
        Assert.Equal((0.5, 0.75), (report[2], report[9]));
        Assert.True(report[1] > 0 && report[6] > 0);
        Assert.False(report.ContainsKey(7));
        Assert.True((await ReportAsync(channel, Ending.ThrowException, until: r => r.ContainsKey(7)))[7] > 0);
    }

    [Fact]
    public async Task An_answer_of_another_kind_has_none_and_an_option_that_throws_breaks_no_call()
    {
        using var logs = new LogCapture();
        await using var backend = await StartAsync(
            o => o.ApplicationUtilization = () => throw new InvalidOperationException("broken"),
            services => services.AddSingleton<ILoggerFactory>(logs.Factory()));
        using var channel = GrpcChannel.ForAddress($"http://{backend.Address}");
        Assert.False((await ReportAsync(channel, Ending.Return)).ContainsKey(9));
        Assert.Single(logs.Named("LoadNotMeasured"));

        using var http = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await http.GetAsync(new Uri($"http://{backend.Address}/"));
        Assert.False(response.Headers.Contains(Trailer) || response.TrailingHeaders.Contains(Trailer));
    }

    [Fact]
    public async Task A_wrong_interval_stops_the_start_and_is_named()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(o => o.Interval = TimeSpan.Zero));

        Assert.Contains("LoadReportingOptions.Interval is 00:00:00. Give", error.Message, StringComparison.Ordinal);
    }

    private static double ShareOfFirst(List<CostlyServer> servers) =>
        servers[0].Calls / Math.Max(1.0, servers.Skip(1).Average(server => server.Calls));

    private static Task<Backend> StartAsync(Action<LoadReportingOptions> configure, Action<IServiceCollection>? more = null) =>
        Backend.StartAsync(services =>
        {
            more?.Invoke(services);
            services.AddLoadReports(o =>
            {
                o.Interval = TimeSpan.FromMilliseconds(10);
                configure(o);
            });
        });

    /// <summary>The doubles of the first report, by field.</summary>
    private static async Task<Dictionary<int, double>> ReportAsync(
        GrpcChannel channel, Ending ending, Func<Dictionary<int, double>, bool>? until = null)
    {
        Dictionary<int, double>? report = null;
        await Eventually.True(
            () =>
            {
                var bytes = TrailersAsync(channel, ending).GetAwaiter().GetResult().GetValueBytes(Trailer);
                report = bytes is null ? null : Read(bytes);
                return report is not null && until?.Invoke(report) != false;
            }, "there is a report");
        return report!;
    }

    private static async Task<Metadata> TrailersAsync(GrpcChannel channel, Ending ending)
    {
        using var call = new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest { Ending = ending });
        try
        {
            await call;
            return call.GetTrailers();
        }
        catch (RpcException exception)
        {
            return exception.Trailers;
        }
    }

    private static Dictionary<int, double> Read(byte[] report)
    {
        var fields = new Dictionary<int, double>();
        using var input = new CodedInputStream(report);
        while (input.ReadTag() is var tag and not 0)
            fields[WireFormat.GetTagFieldNumber(tag)] = input.ReadDouble();
        return fields;
    }
}
