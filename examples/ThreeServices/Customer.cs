using Grpc.Core;
using Interceptors.Discovery;

namespace ThreeServices;

/// <summary>A customer buys tea from shop, with a token of its own, and says for whom.</summary>
internal static class Customer
{
    public static async Task BuyAsync(IConfiguration configuration)
    {
        await using var discovery = DiscoveryChannelFactory.Create(o => o.UseEtcd(configuration["Etcd:Endpoints:0"]!));
        var shop = new Shop.ShopClient(discovery.CreateChannel("etcd:///shop"));
        var headers = new Metadata { { "authorization", "Bearer customers-made-up-token" }, { "x-customer", "ann" } };
        var options = new CallOptions(headers, DateTime.UtcNow.AddMinutes(1)).WithWaitForReady(); // shop may start later
        var reply = await shop.BuyAsync(new BuyRequest { Item = "tea", Count = 3 }, options);
        foreach (var line in reply.Lines)
            Console.WriteLine(line);
    }
}
