namespace Quickstart.Options;

/// <summary>What the command line says.</summary>
/// <param name="UsesEtcd">Whether discovery runs through etcd; in memory otherwise.</param>
/// <param name="EtcdEndpoints">The running etcd to use; null for a private one.</param>
/// <param name="Help">Whether only the usage is wanted.</param>
internal sealed record DemoOptions(bool UsesEtcd = false, string? EtcdEndpoints = null, bool Help = false)
{
    public const string Usage = """
        Runs three greeter servers, a gateway and a client, shows what the kit does, and measures each promise.

        Usage: ./demo [--etcd [URL]] [--help]

          (nothing)     discovery through a registry in memory; needs nothing but the SDK
          --etcd        discovery through a private etcd, started from the PATH on free ports and removed afterwards
          --etcd URL    discovery through a running etcd, for example http://127.0.0.1:2379

        Exit code: 0 if each promise held, 1 if one did not, 2 if the demo could not start.
        Colour is off where the output is not a terminal, and with NO_COLOR set.
        """;

    /// <exception cref="SetupException">There is something that the demo does not know.</exception>
    public static DemoOptions Parse(string[] args)
    {
        if (args.Any(arg => arg is "--help" or "-h"))
            return new DemoOptions(Help: true);
        return args switch
        {
            [] => new DemoOptions(),
            ["--etcd"] => new DemoOptions(UsesEtcd: true),
            ["--etcd", var url] when !url.StartsWith('-') => new DemoOptions(UsesEtcd: true, url),
            ["--etcd", var url, var next] when !url.StartsWith('-') => throw Unknown(next),
            ["--etcd", var next, ..] => throw Unknown(next),
            [var first, ..] => throw Unknown(first),
        };
    }

    private static SetupException Unknown(string argument) => new($"Unknown argument '{argument}'.\n\n{Usage}");
}
