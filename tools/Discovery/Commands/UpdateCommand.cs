using System.CommandLine;
using Interceptors.Discovery.Tool.Output;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary><c>update SERVICE ID --weight 7</c>: other weight, zone or tags of an instance, while its server runs.</summary>
internal static class UpdateCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var service = Arguments.Service();
        var id = Arguments.Create("ID", "The id of the instance, as list shows it");
        var weight = new Option<int?>("--weight") { Description = "The new weight, 1 or more" };
        var zone = new Option<string>("--zone") { Description = "The new zone; an empty one for none" };
        var tags = new Option<string>("--tags") { Description = "The new tags, separated by commas; empty for none" };
        var reset = new Option<bool>("--reset")
        {
            Description = "Ends earlier updates, so that the process's own values count again. The other options apply afterwards",
        };
        var command = new Command(
            "update",
            "Overrides weight, zone or tags of an instance until --reset. Clients keep their connections.")
        { service, id, weight, zone, tags, reset };
        command.SetAction(async (parsed, stop) =>
        {
            var options = connection.Read(parsed);
            var update = UpdateOf(parsed.GetValue(weight), parsed.GetValue(zone), parsed.GetValue(tags));
            if (update is { Weight: null, Zone: null, Tags: null } && !parsed.GetValue(reset))
                throw new UsageException("there is nothing to update. Give --weight, --zone, --tags or --reset.");
            return await RunAsync(
                options, Arguments.ServiceName(parsed.GetValue(service)!), parsed.GetValue(id)!, update, parsed.GetValue(reset),
                connection.IsJson(parsed), stop).ConfigureAwait(false);
        });
        return command;
    }

    private static InstanceUpdate UpdateOf(int? weight, string? zone, string? tags)
    {
        try
        {
            return new InstanceUpdate { Weight = weight, Zone = zone, Tags = tags?.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter")[0], exception);
        }
    }

    private static async Task<int> RunAsync(
        EtcdOptions options, string service, string id, InstanceUpdate update, bool isReset, bool isJson, CancellationToken stop)
    {
        using var client = EtcdConnection.Open(options, loggerFactory: null);
        var format = new ServiceFormats(options);
        var orders = new Orders(client, format, service, id);
        var key = Table.Clean(orders.Key);
        var before = await orders.InstanceAsync(stop).ConfigureAwait(false);
        if (before is null)
        {
            await Console.Error.WriteLineAsync($"discovery: there is no key {key}. discovery list {service} shows what there is.")
                .ConfigureAwait(false);
            return ExitCode.NothingFound;
        }

        var isDone = await orders.GiveAsync(
            order => order with { Update = (isReset ? new InstanceUpdate() : order.Update).Then(update) },
            kv => kv is not null && format.Read(service, kv.Value).Endpoints is [_, ..] endpoints
                && endpoints.All(endpoint => IsSo(endpoint, update)),
            stop).ConfigureAwait(false);
        if (!isDone)
            throw new UndoneException(
                $"{key}: its process does not follow such orders, or writes a format that carries no weight, zone and tags, "
                + "such as Plain, or its user of etcd may not read the control prefix. Nothing was changed.");
        if (isJson)
            Json.Write(new OrderJson(service, id, orders.Key, "update", Done: true));
        else
            Console.Out.WriteLine($"updated {key}");
        return ExitCode.Ok;
    }

    private static bool IsSo(DiscoveryEndpoint endpoint, InstanceUpdate update) =>
        (update.Weight ?? endpoint.Weight) == endpoint.Weight
        && (update.Zone is null || update.Zone == (endpoint.Zone ?? ""))
        && (update.Tags is null || update.Tags.SequenceEqual(endpoint.Tags));
}
