using System.CommandLine;
using System.Diagnostics;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary><c>register SERVICE ADDRESS</c>: keeps a process that can't register itself in etcd.</summary>
internal static class RegisterCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var service = Arguments.Service();
        var address = Arguments.Create("ADDRESS", "Where other machines reach it: host:port");
        var id = new Option<string>("--id") { Description = "The id of the instance, unique within its service. Default: the address" };
        var ttl = new Option<int>("--ttl")
        {
            Description = "How many seconds it stays registered after this process was killed",
            DefaultValueFactory = _ => 10,
        };
        var metadata = new Option<string[]>("--metadata")
        {
            Description = "KEY=VALUE, such as zone=a or weight=10; can be repeated. The plain format does not carry it",
        };
        var pid = new Option<int?>("--pid") { Description = "Ends when the process with this id does. Default: only a signal ends it" };
        var command = new Command("register", """
            Registers an instance on behalf of another process and holds its lease until SIGINT or SIGTERM, then
            deregisters it. An etcd that is away is waited for.
            """)
        { service, address, id, ttl, metadata, pid };
        command.SetAction(async (parsed, stop) =>
        {
            var instance = InstanceOf(
                parsed.GetValue(service)!, parsed.GetValue(address)!, parsed.GetValue(id), parsed.GetValue(metadata) ?? []);
            var options = connection.Read(parsed);
            options.LeaseTtl = TimeSpan.FromSeconds(parsed.GetValue(ttl));
            using var process = parsed.GetValue(pid) is { } number ? ProcessOf(number) : null;
            return await new HeldRegistration(instance, options, connection.IsJson(parsed)).HoldAsync(process, stop).ConfigureAwait(false);
        });
        return command;
    }

    private static ServiceInstance InstanceOf(string service, string address, string? id, string[] pairs)
    {
        try
        {
            var endpoint = DiscoveryEndpoint.Parse(address);
            var metadata = pairs.Select(PairOf).GroupBy(pair => pair.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Last().Value);
            return new ServiceInstance(Arguments.ServiceName(service), new DiscoveryEndpoint(endpoint.Host, endpoint.Port, metadata), id);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            // The name of a parameter means nothing here.
            throw new UsageException(exception.Message.Split(" (Parameter")[0], exception);
        }
    }

    private static KeyValuePair<string, string> PairOf(string pair) => pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign
        ? new(pair[..sign], pair[(sign + 1)..])
        : throw new UsageException($"--metadata is '{pair}'. Give KEY=VALUE, for example zone=a.");

    private static Process ProcessOf(int pid)
    {
        try
        {
            return Process.GetProcessById(pid);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"--pid is {pid}, but no process with this id runs.", exception);
        }
    }
}
