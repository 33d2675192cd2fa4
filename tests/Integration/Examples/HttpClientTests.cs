using System.Net.Http.Json;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>The example <c>HttpClient</c>: three processes that each ask all of them.</summary>
public sealed class HttpClientTests
{
    [Fact]
    public async Task It_asks_all_processes_in_turn_and_none_that_has_ended()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var first = await StartAsync(etcd);
        await using var second = await StartAsync(etcd);
        await using var third = await StartAsync(etcd);
        using var http = new HttpClient { BaseAddress = first.Addresses[0] };
        var from = await AskAsync(http, 3);
        for (var asked = 3; asked < 10_000 && from.Distinct().Count() < 3; asked += 3)
            from = await AskAsync(http, 3);

        from = await AskAsync(http, 30);
        Assert.Equal([10, 10, 10], from.GroupBy(one => one).Select(group => group.Count()));

        Assert.Equal(0, await third.TerminateAsync());
        Assert.DoesNotContain(third.Addresses[0].Authority, await AskAsync(http, 30));
    }

    [Fact]
    public async Task A_gRPC_client_that_takes_it_for_a_gRPC_server_says_what_to_change()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var server = await StartAsync(etcd);
        await using var client = ExampleProcess.Start("Greeter.Client", $"--etcd={etcd.Endpoint}", "--target=etcd:///prices");

        await client.UntilAsync(
            process => process.Output.Any(line => line.Contains("give the port HttpProtocols.Http2", StringComparison.Ordinal)),
            "it says that the port needs HTTP/2");
    }

    private static async Task<ExampleProcess> StartAsync(EtcdProcess etcd)
    {
        var process = ExampleProcess.Start("HttpClient", "--urls=http://127.0.0.1:0", $"--etcd={etcd.Endpoint}");
        await process.UntilAsync(one => one.Addresses.Count == 1, "it listens");
        return process;
    }

    private static async Task<List<string>> AskAsync(HttpClient http, int times)
    {
        var from = new List<string>();
        for (var i = 0; i < times; i++)
        {
            var price = await http.GetFromJsonAsync<Price>("/ask/tea", TestContext.Current.CancellationToken);
            Assert.Equal(("tea", 3), (price!.Item, price.Cents));
            from.Add(price.From);
        }

        return from;
    }

    private sealed record Price(string Item, int Cents, string From);
}
