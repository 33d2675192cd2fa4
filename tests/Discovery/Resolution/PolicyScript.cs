using System.Globalization;

namespace Interceptors.Discovery.Tests;

/// <summary>
/// A policy's life in one line. Steps are separated by commas: the second at which it happens, and what: <c>abc</c> is a fresh list of
/// three endpoints, <c>-</c> a fresh empty one, <c>?abc</c> and <c>?</c> the same from a registry that is away, nothing at all the time
/// alone.
/// </summary>
internal static class PolicyScript
{
    /// <summary>What is in use after each step, separated by commas; <c>-</c> for nothing, with calls failing or waiting.</summary>
    public static string Run(string script, DiscoveryResolverOptions options, string? lastKnown = null)
    {
        Func<EndpointSnapshot?>? read = lastKnown is null ? null : () => Stale(lastKnown);
        var policy = new ResolutionPolicy("user", options, read);
        var inUse = new List<string>();
        foreach (var step in script.Split(", "))
        {
            var parts = step.Split(' ');
            var now = TimeSpan.FromSeconds(double.Parse(parts[0], CultureInfo.InvariantCulture));
            while (policy.DueAt <= now)
                policy.OnDue(policy.DueAt.Value);
            if (parts.Length > 1)
                policy.On(parts[1][0] == '?' ? Stale(parts[1][1..]) : Fresh(parts[1]), now);
            while (policy.DueAt <= now)
                policy.OnDue(policy.DueAt.Value);
            inUse.Add(policy.HasList ? string.Concat(policy.InUse.Select(e => e.Host)) : "-");
        }

        return string.Join(", ", inUse);
    }

    private static EndpointSnapshot Fresh(string hosts) =>
        EndpointSnapshot.Create("user", hosts.Trim('-').Select(h => new DiscoveryEndpoint($"{h}", 1)));

    private static EndpointSnapshot Stale(string hosts) => Fresh(hosts).AsStale(DateTimeOffset.UnixEpoch, "away");
}
