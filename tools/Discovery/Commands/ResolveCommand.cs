using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Interceptors.Discovery.Tool.Output;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary><c>resolve TARGET</c>: the endpoints that a channel to the target would use.</summary>
internal static class ResolveCommand
{
    private const int DefaultPort = 80;

    public static Command Create(ConnectionOptions connection)
    {
        var target = Arguments.Create("TARGET", "etcd:///user, static:///10.0.0.1:80,10.0.0.2:80, dns:///host:80 or host:80");
        var command = new Command("resolve", "Shows the endpoints that a channel to a target would use.")
        { target };
        command.SetAction((parsed, stop) => RunAsync(
            connection.Read(parsed), TargetOf(parsed.GetValue(target)!), connection.IsJson(parsed), stop));
        return command;
    }

    private static async Task<int> RunAsync(EtcdOptions options, DiscoveryTarget target, bool isJson, CancellationToken stop)
    {
        var endpoints = target.Scheme switch
        {
            TargetScheme.Etcd => await FromEtcdAsync(options, target.Endpoint, stop).ConfigureAwait(false),
            TargetScheme.Static => EndpointSnapshot.Create(
                TargetScheme.Static, target.Endpoint.Split(',').Select(DiscoveryEndpoint.Parse)).Endpoints,
            _ => await FromDnsAsync(target.Endpoint, stop).ConfigureAwait(false),
        };
        if (isJson)
        {
            Json.Write(new ResolutionJson(target.ToString(), [.. endpoints.Select(EndpointJson.Of)]));
        }
        else
        {
            foreach (var endpoint in endpoints)
                Console.Out.WriteLine($"{endpoint.Address} {Table.TextOf(endpoint.Metadata)}".TrimEnd());
            if (endpoints.Count == 0)
                await Console.Error.WriteLineAsync($"discovery: {target} has no endpoints.").ConfigureAwait(false);
        }

        return endpoints.Count > 0 ? ExitCode.Ok : ExitCode.NothingFound;
    }

    private static DiscoveryTarget TargetOf(string text)
    {
        DiscoveryTarget target;
        try
        {
            target = DiscoveryTarget.Parse(text);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter")[0], exception);
        }

        return target switch
        {
            { Scheme: TargetScheme.Memory } => throw new UsageException($"'{target}' is known only within the process that registers it."),
            { Scheme: TargetScheme.Etcd, Authority.Length: > 0 } => throw new UsageException(
                $"'{target}' names a cluster, which only a configured process knows. "
                + $"Give etcd:///{target.Endpoint} and that cluster's --endpoints."),
            _ => target,
        };
    }

    private static async Task<IReadOnlyList<DiscoveryEndpoint>> FromEtcdAsync(EtcdOptions options, string service, CancellationToken stop)
    {
        using var client = EtcdConnection.Open(options, loggerFactory: null);
        var format = new ServiceFormats(options);
        var list = await client.ListAsync(format.PrefixOf(service), stop).ConfigureAwait(false);
        var endpoints = new List<DiscoveryEndpoint>();
        foreach (var kv in list.Kvs.Where(kv => format.IsInstanceKey(service, kv.Key.ToStringUtf8())))
        {
            var (read, problem) = format.Read(service, kv.Value);
            endpoints.AddRange(read);
            if (problem is not null)
                await Console.Error.WriteLineAsync(
                    $"discovery: {Table.Clean(kv.Key.ToStringUtf8())} is skipped: {problem}").ConfigureAwait(false);
        }

        return EndpointSnapshot.Create(service, endpoints).Endpoints;
    }

    private static async Task<IReadOnlyList<DiscoveryEndpoint>> FromDnsAsync(string name, CancellationToken stop)
    {
        var (host, port) = DiscoveryEndpoint.TryParse(name, out var endpoint)
            ? (endpoint.Host, endpoint.Port)
            : (name.Trim('[', ']'), DefaultPort);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, stop).ConfigureAwait(false);
            return [.. addresses.Select(address => new DiscoveryEndpoint(address.ToString(), port))];
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return [];
        }
    }
}
