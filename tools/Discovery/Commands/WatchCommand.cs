using System.CommandLine;
using System.Globalization;
using Interceptors.Discovery.Tool.Output;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary><c>watch SERVICE</c>: the list of a service, live.</summary>
internal static class WatchCommand
{
    private const string ToTopAndClear = "\e[H\e[J";

    public static Command Create(ConnectionOptions connection)
    {
        var service = Arguments.Service();
        var command = new Command("watch", """
            Follows the endpoints of a service until a signal ends it; an etcd that is away is waited for.
            A table on a terminal; else a line for each change: + came, - went, ~ has other metadata,
            ! etcd is away, = it is back.
            """)
        { service };
        command.SetAction((parsed, stop) => RunAsync(
            connection.Read(parsed), Arguments.ServiceName(parsed.GetValue(service)!), WriterFor(connection.IsJson(parsed)), stop));
        return command;
    }

    private static async Task<int> RunAsync(
        EtcdOptions options, string service, Action<EndpointSnapshot?, EndpointSnapshot> write, CancellationToken stop)
    {
        await ThrowIfRefusedAsync(options, service, stop).ConfigureAwait(false);
        await using var source = new EtcdEndpointSource(options);
        EndpointSnapshot? last = null;
        await foreach (var snapshot in source.WatchAsync(service, stop).ConfigureAwait(false))
        {
            write(last, snapshot);
            last = snapshot;
        }

        return ExitCode.Ok;
    }

    // A source tries again whatever etcd says; a person wants to know that the password is wrong.
    private static async Task ThrowIfRefusedAsync(EtcdOptions options, string service, CancellationToken stop)
    {
        using var client = EtcdConnection.Open(options, loggerFactory: null);
        try
        {
            // One page is enough to be refused; the whole list may be large.
            await foreach (var _ in client.ReadPagesAsync(new ServiceFormats(options).PrefixOf(service), stop).ConfigureAwait(false))
                break;
        }
        catch (EtcdException exception) when (!exception.IsRefusal())
        {
            // Etcd is away, and waited for.
        }
    }

    private static Action<EndpointSnapshot?, EndpointSnapshot> WriterFor(bool isJson) =>
        isJson ? WriteJson : Console.IsOutputRedirected ? WriteLines : WriteTable;

    private static void WriteJson(EndpointSnapshot? last, EndpointSnapshot now) => Json.Write(new SnapshotJson(
        TimeProvider.System.GetUtcNow(), now.Service, now.IsStale, now.StaleReason, [.. now.Endpoints.Select(EndpointJson.Of)]));

    private static void WriteTable(EndpointSnapshot? last, EndpointSnapshot now)
    {
        var table = new Table("ADDRESS", "WEIGHT", "METADATA");
        foreach (var endpoint in now.Endpoints)
            table.Add(endpoint.Address, endpoint.Weight.ToString(CultureInfo.InvariantCulture), Table.TextOf(endpoint.Metadata));
        var state = now.IsStale ? $"etcd is away since {now.StaleSince:u}: {Table.Clean(now.StaleReason!)}" : "up to date";
        Console.Out.Write($"{ToTopAndClear}{now.Service}: {now.Endpoints.Length} endpoints, "
            + $"changed {TimeProvider.System.GetUtcNow():u}, {state}\n\n{table}");
    }

    private static void WriteLines(EndpointSnapshot? last, EndpointSnapshot now)
    {
        var before = last?.Endpoints.ToDictionary(e => e.Address) ?? [];
        foreach (var endpoint in now.Endpoints)
        {
            if (!before.Remove(endpoint.Address, out var known))
                WriteLine('+', now, $"{endpoint.Address} {Table.TextOf(endpoint.Metadata)}");
            else if (!known.Equals(endpoint))
                WriteLine('~', now, $"{endpoint.Address} {Table.TextOf(endpoint.Metadata)}");
        }

        foreach (var address in before.Keys)
            WriteLine('-', now, address);
        if (now.IsStale && last?.IsStale != true)
            WriteLine('!', now, Table.Clean(now.StaleReason!));
        else if (!now.IsStale && (last?.IsStale ?? now.Endpoints.IsEmpty))
            WriteLine('=', now, $"{now.Endpoints.Length} endpoints");
    }

    private static void WriteLine(char what, EndpointSnapshot snapshot, string text) =>
        Console.Out.WriteLine($"{TimeProvider.System.GetUtcNow():u} {snapshot.Service} {what} {text}".TrimEnd());
}
