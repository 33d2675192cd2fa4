using Grpc.Core;
using Interceptors.Server;

namespace ThreeServices;

// Deadline, cancellation, trace id and the customer's name go on to the next service without code.
internal sealed class ShopService(Orders.OrdersClient orders) : Shop.ShopBase
{
    public override async Task<BuyReply> Buy(BuyRequest request, ServerCallContext context) =>
        (await orders.PlaceAsync(request)).With($"shop sold {request.Count} {request.Item}", context);
}

internal sealed class OrdersService(Stock.StockClient stock) : Orders.OrdersBase
{
    public override async Task<BuyReply> Place(BuyRequest request, ServerCallContext context) =>
        (await stock.TakeAsync(request)).With("orders placed it", context);
}

internal sealed class StockService : Stock.StockBase
{
    public override Task<BuyReply> Take(BuyRequest request, ServerCallContext context) =>
        request.Count <= 10
            ? Task.FromResult(new BuyReply().With("stock took it", context))
            : throw new RpcException(new Status(StatusCode.FailedPrecondition, $"There are only 10 {request.Item} left."));
}

internal static class BuyReplyExtensions
{
    public static BuyReply With(this BuyReply reply, string line, ServerCallContext context)
    {
        reply.Lines.Insert(0, $"{line} for {CustomerRequired.CustomerOf(context)}; called by {context.GetUser().Identity?.Name}");
        return reply;
    }
}
