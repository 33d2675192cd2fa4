using System.CommandLine;
using Interceptors.Discovery.Tool.Output;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary><c>pause SERVICE ID</c> and <c>resume SERVICE ID</c>: out of the list, and back, while the server runs.</summary>
internal static class PauseCommand
{
    private const string Ignored =
        "Its process does not follow such orders: it is of another framework or an earlier version, or its user of etcd may not read "
        + "the control prefix. Nothing was changed.";

    public static Command CreatePause(ConnectionOptions connection) => Create(
        connection, "pause",
        "Takes an instance out of the list until resume. Its process keeps running and serves clients that still call it. "
        + "Restarts don't end the pause.",
        PauseAsync);

    public static Command CreateResume(ConnectionOptions connection) => Create(
        connection, "resume", "Lets an instance that was paused back into the list.", ResumeAsync);

    private static Command Create(
        ConnectionOptions connection, string name, string description, Func<Orders, CancellationToken, Task<(bool Done, string Text)>> run)
    {
        var service = Arguments.Service();
        var id = Arguments.Create("ID", "The id of the instance, as list shows it");
        var command = new Command(name, description) { service, id };
        command.SetAction(async (parsed, stop) =>
        {
            var options = connection.Read(parsed);
            using var client = EtcdConnection.Open(options, loggerFactory: null);
            var (serviceName, idText) = (Arguments.ServiceName(parsed.GetValue(service)!), parsed.GetValue(id)!);
            var orders = new Orders(client, new ServiceFormats(options), serviceName, idText);
            var (isDone, text) = await run(orders, stop).ConfigureAwait(false);
            if (connection.IsJson(parsed))
                Json.Write(new OrderJson(serviceName, idText, orders.Key, name, isDone));
            else if (isDone)
                Console.Out.WriteLine(text);
            else
                await Console.Error.WriteLineAsync($"discovery: {text}").ConfigureAwait(false);
            return isDone ? ExitCode.Ok : ExitCode.NothingFound;
        });
        return command;
    }

    private static async Task<(bool Done, string Text)> PauseAsync(Orders orders, CancellationToken stop)
    {
        var key = Table.Clean(orders.Key);
        if (await orders.InstanceAsync(stop).ConfigureAwait(false) is null)
        {
            var (order, _) = await orders.ReadAsync(stop).ConfigureAwait(false);
            return order.IsPaused
                ? (true, $"{key} is paused already")
                : (false, $"there is no key {key}. discovery list shows what there is.");
        }

        return await orders.GiveAsync(order => order with { IsPaused = true }, kv => kv is null, stop).ConfigureAwait(false)
            ? (true, $"paused {key}")
            : throw new UndoneException($"{key} is still registered. {Ignored}");
    }

    private static async Task<(bool Done, string Text)> ResumeAsync(Orders orders, CancellationToken stop)
    {
        var key = Table.Clean(orders.Key);
        var (order, revision) = await orders.ReadAsync(stop).ConfigureAwait(false);
        if (!order.IsPaused)
            return (false, $"{key} is not paused. discovery list shows what is.");
        if (await orders.GiveAsync(before => before with { IsPaused = false }, kv => kv is not null, stop).ConfigureAwait(false))
            return (true, $"resumed {key}");
        // Nobody is there to honour it: whoever comes shall be listed.
        (_, revision) = await orders.ReadAsync(stop).ConfigureAwait(false);
        await orders.WriteAsync(order with { IsPaused = false }, revision, stop).ConfigureAwait(false);
        return (true, $"{key} is not paused any more, but no process registers it now");
    }
}
