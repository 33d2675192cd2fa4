using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>How other machines may come to this one.</summary>
/// <param name="PodIp">What Kubernetes says, if the pod asks for it.</param>
/// <param name="Interfaces">The addresses of the network interfaces, and whether theirs has a gateway.</param>
internal sealed record HostNetwork(string? PodIp, Func<IEnumerable<(IPAddress Address, bool HasGateway)>> Interfaces)
{
    public const string PodIpVariable = "POD_IP";

    public static HostNetwork OfThisMachine() => new(Environment.GetEnvironmentVariable(PodIpVariable), Read);

    /// <summary>The address to use instead of a wildcard; null if there is none.</summary>
    /// <exception cref="InvalidOperationException">What <see cref="PodIp"/> says can't be used.</exception>
    public string? FirstAddress()
    {
        if (string.IsNullOrWhiteSpace(PodIp))
            return Interfaces().Where(i => IsSuitable(i.Address))
                // The interface that has a gateway is the one by which others come; bridges of containers have none.
                .OrderByDescending(i => i.HasGateway).ThenBy(i => i.Address.AddressFamily == AddressFamily.InterNetworkV6)
                .FirstOrDefault().Address?.ToString();
        return IPAddress.TryParse(PodIp.Trim(), out var ip) && !HostName.IsWildcard(ip.ToString())
            ? ip.ToString()
            : throw new InvalidOperationException(
                $"The environment variable {PodIpVariable} is '{PodIp}', which is not an address that clients can call.");
    }

    private static bool IsSuitable(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !IPAddress.IsLoopback(address) && address.GetAddressBytes() is not [169, 254, ..],
        AddressFamily.InterNetworkV6 => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal && !address.IsIPv6Multicast,
        _ => false,
    };

    private static IEnumerable<(IPAddress Address, bool HasGateway)> Read() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(i => i.GetIPProperties())
            .SelectMany(p => p.UnicastAddresses.Select(a => (a.Address, p.GatewayAddresses.Count > 0)));
}
