namespace Interceptors.Server;

/// <summary>Whether a limit belongs to the server, a method or a caller.</summary>
internal enum LimitKind
{
    Server,
    Method,
    Caller,
}

/// <summary>The names of the kinds in texts and metrics.</summary>
internal static class LimitKindNames
{
    private static readonly string[] Names = ["server", "method", "caller"];

    public static string Name(this LimitKind kind) => Names[(int)kind];
}
