using System.CommandLine;
using Interceptors.Discovery.Etcd.Protocol;
using Interceptors.Discovery.Tool.Output;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary><c>deregister SERVICE ID</c>: removes what somebody has left behind.</summary>
internal static class DeregisterCommand
{
    private static readonly TimeSpan ComesBackWithin = TimeSpan.FromSeconds(2);

    public static Command Create(ConnectionOptions connection)
    {
        var service = Arguments.Service();
        var id = Arguments.Create("ID", "The id of the instance, as list shows it");
        var command = new Command(
            "deregister",
            "Removes the key of an instance. A process that is alive and registers itself puts it back; stop that one, or pause it.")
        { service, id };
        command.SetAction((parsed, stop) => RunAsync(
            connection.Read(parsed), Arguments.ServiceName(parsed.GetValue(service)!), parsed.GetValue(id)!,
            connection.IsJson(parsed), stop));
        return command;
    }

    private static async Task<int> RunAsync(EtcdOptions options, string service, string id, bool isJson, CancellationToken stop)
    {
        using var client = EtcdConnection.Open(options, loggerFactory: null);
        var format = new ServiceFormats(options);
        var key = Orders.KeyOf(format, service, id);
        var deletion = await client.DeleteAsync(key, stop).ConfigureAwait(false);
        var removed = deletion.Deleted > 0;
        if (removed && await ComesBackAsync(client, key, deletion.Header.Revision, stop).ConfigureAwait(false))
            throw new UndoneException(
                $"{Table.Clean(key)} was removed and is back: a process that is alive registers it. Stop that process, or take it out of "
                + $"the list with discovery pause {service} {Table.Clean(id)}.");
        if (isJson)
            Json.Write(new RemovalJson(service, id, key, removed));
        else if (removed)
            Console.Out.WriteLine($"removed {Table.Clean(key)}");
        else
            await Console.Error.WriteLineAsync(
                $"discovery: there is no key {Table.Clean(key)}. discovery list {service} shows what there is.").ConfigureAwait(false);
        return removed ? ExitCode.Ok : ExitCode.NothingFound;
    }

    /// <summary>A server that is alive sees at once that its key has gone, and puts it back.</summary>
    private static async Task<bool> ComesBackAsync(EtcdClient client, string key, long revision, CancellationToken stop)
    {
        using var watch = await client.WatchKeyAsync(key, revision + 1, stop).ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(ComesBackWithin);
        try
        {
            while (true)
            {
                var changes = await watch.ReadAsync(end.Token).ConfigureAwait(false);
                if (changes.Any(change => change.Type == Event.Types.EventType.Put))
                    return true;
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
