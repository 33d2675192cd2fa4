namespace Interceptors.Discovery.Tool;

/// <summary>What the process ends with. Stable: scripts depend on it.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int NothingFound = 1;
    public const int Usage = 2;
    public const int Unreachable = 3;
    public const int Refused = 4;
    public const int Unexpected = 5;
    public const int Undone = 6;
    public const int Invalid = 7;

    public const string Text = """
        Exit codes: 0 done, also when a signal ended watch or register; 1 nothing found; 2 wrong usage;
        3 etcd can't be reached; 4 etcd refuses (user, password, permission); 5 unexpected;
        6 a process that is alive has undone it; 7 a client refuses the service config.
        """;
}
