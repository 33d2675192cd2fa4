using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Interceptors.Discovery;

/// <summary>Finds the endpoint that clients can call, from the addresses that the server is bound to.</summary>
internal static class AdvertisedEndpoint
{
    public const string PodIpVariable = "POD_IP";

    /// <summary>Null if the server listens on no TCP port.</summary>
    /// <exception cref="InvalidOperationException">It can't be decided; the message names the option that decides it.</exception>
    public static ServiceEndpoint? From(IEnumerable<string> bound, string service, ServiceRegistrationOptions options)
    {
        var candidates = bound.Select(Bound.TryParse).OfType<Bound>().Distinct().ToList();
        if (candidates.Count == 0)
            return null;

        var ports = candidates.Select(c => c.Port).Distinct().ToList();
        if (options.Port is null && ports.Count > 1)
            throw new InvalidOperationException(
                $"Service '{service}' can't be registered: the server listens on the ports {string.Join(", ", ports)}. "
                + $"Say which one in {nameof(ServiceRegistrationOptions)}.{nameof(ServiceRegistrationOptions.Port)}.");
        var port = options.Port ?? ports[0];
        var onPort = candidates.Where(c => c.Port == port).ToList();
        if (onPort.Count == 0)
            throw new InvalidOperationException(
                $"Service '{service}' can't be registered on port {port}: the server listens on {string.Join(", ", ports)}. "
                + $"Correct {nameof(ServiceRegistrationOptions)}.{nameof(ServiceRegistrationOptions.Port)}.");

        var metadata = new Dictionary<string, string>(options.Metadata);
        return new ServiceEndpoint(options.AdvertisedHost ?? HostOf(onPort, service), port, metadata);
    }

    private static string HostOf(List<Bound> bound, string service)
    {
        if (bound.Find(b => !HostName.IsWildcard(b.Host)) is { } specific)
            return specific.Host;
        var podIp = Environment.GetEnvironmentVariable(PodIpVariable);
        if (!string.IsNullOrWhiteSpace(podIp) && HostName.TryNormalize(podIp.Trim(), out var host) && !HostName.IsWildcard(host))
            return host;
        return FirstInterfaceAddress() ?? throw new InvalidOperationException(
            $"Service '{service}' can't be registered: the server is bound to every address, and this machine has no network "
            + "interface that other machines could call. "
            + $"Set {nameof(ServiceRegistrationOptions)}.{nameof(ServiceRegistrationOptions.AdvertisedHost)} "
            + $"or the environment variable {PodIpVariable}.");
    }

    private static string? FirstInterfaceAddress() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            // The interface that has a gateway is the one by which others come; bridges of containers have none.
            .Select(i => i.GetIPProperties())
            .OrderByDescending(p => p.GatewayAddresses.Count > 0)
            .SelectMany(p => p.UnicastAddresses)
            .Select(a => a.Address)
            .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && a.GetAddressBytes() is not [169, 254, ..])
            ?.ToString();

    private sealed record Bound(string Host, int Port)
    {
        /// <summary>Null for what is not TCP, such as a Unix socket, and for a port that is not known.</summary>
        public static Bound? TryParse(string address)
        {
            var rest = address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? address[(scheme + 3)..] : address;
            rest = rest.Split('/')[0];
            var colon = rest.LastIndexOf(':');
            return colon > 0 && int.TryParse(rest.AsSpan(colon + 1), out var port) && port > 0
                ? new Bound(rest[..colon].Trim('[', ']'), port)
                : null;
        }
    }
}
