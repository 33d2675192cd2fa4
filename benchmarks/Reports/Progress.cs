namespace Interceptors.Benchmarks.Reports;

/// <summary>One line that says what is being measured: rewritten on a terminal, not shown elsewhere.</summary>
internal static class Progress
{
    public static void Show(string what)
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write($"\r\u001b[K{what}");
    }

    public static void Clear() => Show("");
}
