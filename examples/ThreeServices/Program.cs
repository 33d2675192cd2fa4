using Grpc.Core;
using Interceptors.Client;
using ThreeServices;

// Three services, each a process of its own: customers call shop, shop calls orders, orders calls stock. They find each other in etcd.
//   dotnet run --project examples/ThreeServices -- --service stock
// --service customer is a client of shop.
// Addresses, tokens, deadlines and limits stand in appsettings.json.
var builder = WebApplication.CreateBuilder(args);
var name = builder.Configuration["service"] ?? "shop";
if (name == "customer")
{
    await Customer.BuyAsync(builder.Configuration);
    return;
}

var settings = builder.Configuration.GetSection($"Services:{name}");
builder.Services.AddGrpc();
builder.Services.AddEtcdDiscovery(builder.Configuration.GetSection("Etcd"));
builder.Services.AddServiceRegistration(name, settings.GetSection("Registration"));
builder.Services.AddServerInterceptors()
    .AddStandard(settings.GetSection("Server"))
    .AddStaticTokenAuthentication(settings.GetSection("Tokens"))
    .Add<CustomerRequired>();
if (name == "shop")
    AddClient<Orders.OrdersClient>("orders");
if (name == "orders")
    AddClient<Stock.StockClient>("stock");

var app = builder.Build();
_ = name switch
{
    "shop" => app.MapGrpcService<ShopService>(),
    "orders" => app.MapGrpcService<OrdersService>(),
    "stock" => app.MapGrpcService<StockService>(),
    _ => throw new InvalidOperationException($"There is no service '{name}'. Give --service shop, orders, stock or customer."),
};
app.Run();

void AddClient<TClient>(string service)
    where TClient : ClientBase<TClient> =>
    builder.Services.AddDiscoveryClient<TClient>($"etcd:///{service}", o => o.WaitForReady = true) // services start in any order
        .AddStandardInterceptors(settings.GetSection("Client"))
        .AddFallbackToken(
            TokenSources.Static(settings["ClientToken"] ?? throw new InvalidOperationException($"{name} has no ClientToken.")))
        .AddClientInterceptor<CallingService>();
