namespace Interceptors.Server;

/// <summary>Whose limit it is.</summary>
internal enum LimitKind
{
    Server,
    Method,
    Caller,
}

internal static class LimitKindNames
{
    private static readonly string[] Names = ["server", "method", "caller"];

    public static string Name(this LimitKind kind) => Names[(int)kind];
}
