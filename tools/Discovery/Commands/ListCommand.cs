using System.CommandLine;
using System.Globalization;
using Interceptors.Discovery.Etcd.Protocol;
using Interceptors.Discovery.Tool.Output;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary><c>list [SERVICE]</c>: what is registered now.</summary>
internal static class ListCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var service = Arguments.Service();
        service.Arity = ArgumentArity.ZeroOrOne;
        service.Description += ". Default: all services under the prefix";
        var command = new Command("list", "Shows all instances with keys and leases, also those whose values can't be read.")
        { service };
        command.SetAction((parsed, stop) =>
            RunAsync(connection.Read(parsed), parsed.GetValue(service), connection.IsJson(parsed), stop));
        return command;
    }

    private static async Task<int> RunAsync(EtcdOptions options, string? service, bool isJson, CancellationToken stop)
    {
        using var client = EtcdConnection.Open(options, loggerFactory: null);
        var format = new ServiceFormats(options);
        var root = RootOf(format);
        if (service is null && root.Length == 0)
            throw new UsageException(
                $"The format {options.Format} has no prefix, so its services can't be told from other keys. "
                + "Name a service, or give --prefix.");
        var prefix = service is null ? root : format.PrefixOf(Arguments.ServiceName(service));
        var list = await client.ListAsync(prefix, stop).ConfigureAwait(false);
        var paused = await PausedAsync(client, prefix, stop).ConfigureAwait(false);

        var services = list.Kvs.Select(kv => (Key: kv.Key.ToStringUtf8(), Kv: (KeyValue?)kv))
            .Concat(paused.Except(list.Kvs.Select(kv => kv.Key.ToStringUtf8())).Select(key => (Key: key, Kv: (KeyValue?)null)))
            .Select(item => (Service: service ?? ServiceOf(root, item.Key), item.Key, item.Kv))
            .Where(item => item.Service.Length > 0 && format.IsInstanceKey(item.Service, item.Key))
            .GroupBy(item => item.Service, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ServiceJson(
                group.Key,
                [.. group.OrderBy(item => item.Key, StringComparer.Ordinal)
                    .Select(item => InstanceOf(format, group.Key, item.Key, item.Kv, paused.Contains(item.Key)))]))
            .ToList();
        if (isJson)
        {
            Json.Write(new ServicesJson(services));
        }
        else if (services.Count > 0)
        {
            Console.Out.Write(TableOf(services));
        }
        else
        {
            var where = service is null ? $"under {root}" : $"as {service}";
            await Console.Error.WriteLineAsync($"discovery: nothing is registered {where}.").ConfigureAwait(false);
        }

        return services.Count > 0 ? ExitCode.Ok : ExitCode.NothingFound;
    }

    /// <summary>What all keys start with: every format puts the service right after it.</summary>
    private static string RootOf(ServiceFormats format) => format.PrefixOf("x")[..^"x/".Length];

    private static string ServiceOf(string root, string key) =>
        key.LastIndexOf('/') is var slash && slash > root.Length ? key[root.Length..slash] : "";

    /// <summary>The keys of the instances that an operator has paused; none if the user may not read that.</summary>
    private static async Task<HashSet<string>> PausedAsync(EtcdClient client, string prefix, CancellationToken stop)
    {
        if (client.Options.ControlPrefix.Length == 0)
            return [];
        var orders = InstanceOrder.KeyOf(client.Options.ControlPrefix, prefix);
        try
        {
            var list = await client.ListAsync(orders, stop).ConfigureAwait(false);
            return [.. list.Kvs.Where(kv => InstanceOrder.TryRead(kv.Value)?.IsPaused == true)
                .Select(kv => prefix + kv.Key.ToStringUtf8()[orders.Length..])];
        }
        catch (EtcdException exception) when (exception.IsRefusal())
        {
            return [];
        }
    }

    private static InstanceJson InstanceOf(ServiceFormats format, string service, string key, KeyValue? kv, bool isPaused)
    {
        var id = key[format.PrefixOf(service).Length..];
        if (kv is null)
            return new InstanceJson(id, key, Lease: null, [], Problem: null, isPaused);
        var (endpoints, problem) = format.Read(service, kv.Value);
        var lease = kv.Lease == 0 ? null : kv.Lease.ToString("x", CultureInfo.InvariantCulture);
        return new InstanceJson(id, key, lease, [.. endpoints.Select(EndpointJson.Of)], problem, isPaused);
    }

    private static Table TableOf(List<ServiceJson> services)
    {
        var table = new Table("SERVICE", "ID", "ADDRESS", "LEASE", "METADATA");
        foreach (var (service, instances) in services)
        {
            foreach (var instance in instances)
            {
                var lease = instance.Lease ?? "none";
                foreach (var endpoint in instance.Endpoints)
                    table.Add(service, instance.Id, endpoint.Address, lease, Table.TextOf(endpoint.Metadata));
                if (instance.Problem is not null)
                    table.Add(service, instance.Id, "-", lease, $"(unreadable: {instance.Problem})");
                else if (instance.Endpoints.Count == 0)
                    table.Add(service, instance.Id, "-", lease, instance.Paused ? "(paused)" : "(takes no calls)");
            }
        }

        return table;
    }
}
