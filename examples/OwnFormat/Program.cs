using Interceptors.Discovery;
using OwnFormat;

// Registers an instance in a format of our own, and shows what a client sees of it.
var options = new EtcdOptions { CustomFormat = new SemicolonFormat() };
options.Endpoints.Add(Environment.GetEnvironmentVariable("ETCD") ?? "http://127.0.0.1:2379");

await using var registry = new EtcdServiceRegistry(options);
var metadata = new Dictionary<string, string> { [EndpointMetadata.Weight] = "7", [EndpointMetadata.Zone] = "north" };
registry.Register(new ServiceInstance("user", new DiscoveryEndpoint("10.0.0.1", 80, metadata), "1"));

await using var source = new EtcdEndpointSource(options);
await foreach (var snapshot in source.WatchAsync("user", CancellationToken.None))
{
    foreach (var endpoint in snapshot.Endpoints)
        Console.WriteLine($"{endpoint.Address}: weight {endpoint.Weight}, zone {endpoint.Zone}");
    if (snapshot.Endpoints.Length > 0)
        return;
}
