using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using ThreeServices;

namespace Interceptors.Integration.Tests;

/// <summary>The example <c>ThreeServices</c>: shop, orders and stock, each a process that takes all it knows from appsettings.json.</summary>
public sealed class ThreeServicesTests
{
    private const string TraceId = "three-services-1";

    [Fact]
    public async Task A_call_goes_through_all_three_with_its_customer_its_trace_id_and_each_service_own_token()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var stock = await StartAsync("stock", etcd);
        await using var orders = await StartAsync("orders", etcd);
        await using var shop = await StartAsync("shop", etcd);
        using var channel = GrpcChannel.ForAddress(shop.Addresses[0]);
        var client = new Shop.ShopClient(channel);

        var reply = await client.BuyAsync(new BuyRequest { Item = "tea", Count = 3 }, Headers("customers-made-up-token", "ann"));
        Assert.Equal(
            [
                "shop sold 3 tea for ann; called by customers",
                "orders placed it for ann; called by shop",
                "stock took it for ann; called by orders",
            ],
            reply.Lines);
        foreach (var service in (ExampleProcess[])[shop, orders, stock])
            await service.UntilAsync(one => one.Output.Any(line => line.Contains(TraceId, StringComparison.Ordinal)), "the trace id is logged");

        // What the last of them refuses reaches the customer, with its reason.
        await FailsAsync(client, new BuyRequest { Item = "tea", Count = 11 }, Headers("customers-made-up-token", "ann"),
            StatusCode.FailedPrecondition, "There are only 10 tea left.");
        await FailsAsync(client, new BuyRequest(), Headers("customers-made-up-token", null),
            StatusCode.InvalidArgument, "The call does not say for whom: send x-customer.");
        // The token of another service is no token of a customer.
        await FailsAsync(client, new BuyRequest(), Headers("shop-made-up-token", "ann"), StatusCode.Unauthenticated, null);

        foreach (var service in (ExampleProcess[])[shop, orders, stock])
            Assert.Equal(0, await service.TerminateAsync());
    }

    [Fact]
    public async Task Its_set_up_takes_at_most_forty_lines()
    {
        var lines = await File.ReadAllLinesAsync(
            Repository.PathOf("examples", "ThreeServices", "Program.cs"), TestContext.Current.CancellationToken);
        Assert.InRange(lines.Count(line => line.Trim() is { Length: > 0 } text && !text.StartsWith("//", StringComparison.Ordinal)), 1, 40);
    }

    private static Metadata Headers(string token, string? customer)
    {
        var headers = new Metadata { { "authorization", $"Bearer {token}" }, { "x-trace-id", TraceId } };
        if (customer is not null)
            headers.Add("x-customer", customer);
        return headers;
    }

    private static async Task FailsAsync(Shop.ShopClient client, BuyRequest request, Metadata headers, StatusCode code, string? detail)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(
            () => client.BuyAsync(request, headers, DateTime.UtcNow.AddSeconds(30)).ResponseAsync);
        Assert.Equal(code, exception.StatusCode);
        if (detail is not null)
            Assert.Equal(detail, exception.Status.Detail);
    }

    private static async Task<ExampleProcess> StartAsync(string service, EtcdProcess etcd)
    {
        var process = ExampleProcess.Start("ThreeServices", $"--service={service}", $"--Etcd:Endpoints:0={etcd.Endpoint}");
        await process.UntilAsync(one => one.Addresses.Count == 1, "it listens");
        return process;
    }
}
