using PlainHttp;

// Plain HTTP with the same registry and balancing. Each process serves prices, registers itself in etcd, and asks all of them in turn.
//   dotnet run --project examples/HttpClient -- --urls http://127.0.0.1:5010
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services.AddServiceRegistration("prices");
builder.Services.AddHttpClient<PriceClient>().UseDiscovery("etcd:///prices");

var app = builder.Build();
app.MapGet("/prices/{item}", (string item, HttpRequest request) => new Price(item, item.Length, request.Host.Value ?? ""));
app.MapGet("/ask/{item}", (string item, PriceClient prices, CancellationToken cancellationToken) => prices.AskAsync(item, cancellationToken));
app.Run();
