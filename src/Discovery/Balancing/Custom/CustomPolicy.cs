using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>A load balancing policy that a user has added.</summary>
/// <param name="Name">Its name in options and service configs.</param>
/// <param name="Create">Makes a picker for the endpoints that can take calls, sorted by address; never for none.</param>
internal sealed record CustomPolicy(string Name, Func<ImmutableArray<DiscoveryEndpoint>, IEndpointPicker> Create);
