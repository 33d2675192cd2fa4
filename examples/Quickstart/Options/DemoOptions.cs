using Interceptors.Discovery;

namespace Quickstart.Options;

/// <summary>What the command line says.</summary>
internal sealed record DemoOptions
{
    /// <summary>The text that ./demo --help shows too, without a build.</summary>
    public static string Usage { get; } = ReadUsage();

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

    /// <summary>Whether the discovery page is up while the whole demo runs.</summary>
    public bool ShowsPage { get; private init; }

    /// <summary>Whether only the usage is wanted.</summary>
    public bool Help { get; private init; }

    /// <exception cref="SetupException">There is something that the demo does not know.</exception>
    public static DemoOptions Parse(string[] args) =>
        args.Any(arg => arg is "--help" or "-h") ? new DemoOptions { Help = true } : Parse(args, new DemoOptions());

    private static DemoOptions Parse(ReadOnlySpan<string> args, DemoOptions options) => args switch
    {
        [] when options is { ShowsPage: true, Policy: not null } => throw new SetupException(
            "--page goes with the whole demo. Give --page or --policy, not both."),
        [] => options,
        ["--etcd", var url, .. var rest] when !options.UsesEtcd && !url.StartsWith('-') =>
            Parse(rest, options with { UsesEtcd = true, EtcdEndpoints = url }),
        ["--etcd", .. var rest] when !options.UsesEtcd => Parse(rest, options with { UsesEtcd = true }),
        ["--policy", var name, .. var rest]
            when options.Policy is null && Policies.Contains(name) => Parse(rest, options with { Policy = name }),
        ["--policy", var name, ..] when options.Policy is null => throw new SetupException(
            $"There is no policy '{name}'. Give one of {string.Join(", ", Policies)}."),
        ["--page", .. var rest] when !options.ShowsPage => Parse(rest, options with { ShowsPage = true }),
        ["--policy"] => throw new SetupException($"--policy needs a name. Give one of {string.Join(", ", Policies)}."),
        [var first, ..] => throw new SetupException($"Unknown argument '{first}'.\n\n{Usage}"),
    };

    private static string ReadUsage()
    {
        using var reader = new StreamReader(typeof(DemoOptions).Assembly.GetManifestResourceStream("usage.txt")!);
        return reader.ReadToEnd().TrimEnd();
    }
}
