using System.Globalization;

namespace Interceptors.Soak;

/// <summary>What the command line says.</summary>
/// <param name="Duration">From the first process to the report.</param>
/// <param name="Seed">What the schedule of faults follows from.</param>
/// <param name="Workers">How many calls run at a time; also a quarter as many streams.</param>
internal sealed record SoakOptions(TimeSpan Duration, int Seed, int Workers)
{
    public const string Usage = """
        Runs an etcd of three members, five servers, and clients that call them all the time, while it restarts
        servers, kills some, stops most of them at once, restarts, kills and freezes one member of etcd at a time,
        cuts the wires between the clients and etcd, and registers a copied id and an endpoint that closes each
        connection. Then it reports what that did.

        Usage: ./soak (--minutes N | --seconds N) [--seed N] [--workers N]

          --minutes N, --seconds N   how long; at least 30 seconds
          --seed N                   the schedule of faults of an earlier run; its report says its seed
          --workers N                how many calls run at a time, 1 to 256; default 16

        Exit code: 0 if each failed call is explained by a server that was killed (SIGKILL), the final list is right,
        and every fault was overcome; 1 if not; 2 for wrong usage, 128 and its number after a signal. Needs etcd on the PATH, or ETCD_BIN.
        """;

    private static readonly TimeSpan MinDuration = TimeSpan.FromSeconds(30);

    /// <param name="args">The command line.</param>
    /// <param name="options">Null if only help is wanted, or something is wrong.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryParse(string[] args, out SoakOptions? options, out string? problem)
    {
        (options, problem) = (null, null);
        if (args.Any(arg => arg is "--help" or "-h"))
            return true;
        var duration = TimeSpan.Zero;
        var (seed, workers) = (Random.Shared.Next(1, 1_000_000), 16);
        for (var i = 0; i < args.Length && problem is null; i += 2)
        {
            if (args[i] is not ("--minutes" or "--seconds" or "--seed" or "--workers"))
                problem = $"unknown argument '{args[i]}'";
            else if (i + 1 == args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                problem = $"{args[i]} needs a whole number";
            else if (args[i] == "--seed")
                seed = number;
            else if (args[i] == "--workers")
                workers = number;
            else
                duration = args[i] == "--minutes" ? TimeSpan.FromMinutes(number) : TimeSpan.FromSeconds(number);
        }

        problem ??= duration < MinDuration ? $"say how long: --minutes N, or --seconds N of at least {MinDuration.TotalSeconds}"
            : workers is < 1 or > 256 ? $"--workers is {workers}; give 1 to 256" : null;
        options = problem is null ? new SoakOptions(duration, seed, workers) : null;
        return problem is null;
    }
}
