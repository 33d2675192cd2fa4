using Interceptors.Discovery;

namespace Quickstart.Options;

/// <summary>What the command line says.</summary>
internal sealed record DemoOptions
{
    public const string Usage = """
        Runs three greeter servers, a gateway and a client, shows what the kit does, and measures each promise.

        Usage: ./demo [--etcd [URL]] [--policy NAME] [--help]

          (nothing)      discovery through a registry in memory; needs nothing but the SDK
          --etcd         discovery through a private etcd, started from the PATH on free ports and removed afterwards
          --etcd URL     discovery through a running etcd, for example http://127.0.0.1:2379
          --policy NAME  shows instead how a policy balances over servers of which one is slow:
                         round_robin, weighted_round_robin, least_request or pick_first

        Exit code: 0 if each promise held, 1 if one did not, 2 if the demo could not start.
        Colour is off where the output is not a terminal, and with NO_COLOR set.
        """;

    private static readonly string[] Policies =
    [
        LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.WeightedRoundRobin, LoadBalancingPolicies.LeastRequest,
        LoadBalancingPolicies.PickFirst,
    ];

    /// <summary>Whether discovery runs through etcd; in memory otherwise.</summary>
    public bool UsesEtcd { get; private init; }

    /// <summary>The running etcd to use; null for a private one.</summary>
    public string? EtcdEndpoints { get; private init; }

    /// <summary>The policy to show; null for the whole demo.</summary>
    public string? Policy { get; private init; }

    /// <summary>Whether only the usage is wanted.</summary>
    public bool Help { get; private init; }

    /// <exception cref="SetupException">There is something that the demo does not know.</exception>
    public static DemoOptions Parse(string[] args) =>
        args.Any(arg => arg is "--help" or "-h") ? new DemoOptions { Help = true } : Parse(args, new DemoOptions());

    private static DemoOptions Parse(ReadOnlySpan<string> args, DemoOptions options) => args switch
    {
        [] => options,
        ["--etcd", var url, .. var rest] when !options.UsesEtcd && !url.StartsWith('-') =>
            Parse(rest, options with { UsesEtcd = true, EtcdEndpoints = url }),
        ["--etcd", .. var rest] when !options.UsesEtcd => Parse(rest, options with { UsesEtcd = true }),
        ["--policy", var name, .. var rest] when options.Policy is null && Policies.Contains(name) => Parse(rest, options with { Policy = name }),
        ["--policy", var name, ..] when options.Policy is null => throw new SetupException(
            $"There is no policy '{name}'. Give one of {string.Join(", ", Policies)}."),
        ["--policy"] => throw new SetupException($"--policy needs a name. Give one of {string.Join(", ", Policies)}."),
        [var first, ..] => throw new SetupException($"Unknown argument '{first}'.\n\n{Usage}"),
    };
}
