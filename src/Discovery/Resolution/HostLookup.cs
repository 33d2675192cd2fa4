using System.Net;

namespace Interceptors.Discovery;

/// <summary>Finds the addresses of a host's name, as <see cref="Dns.GetHostAddressesAsync(string, CancellationToken)"/> does.</summary>
internal delegate Task<IPAddress[]> HostLookup(string name, CancellationToken cancellationToken);
