namespace Interceptors;

/// <summary>The names of options that build on one another: those of a client on those of all, those of some methods on both.</summary>
internal static class OptionsNames
{
    private const char Separator = '|';

    /// <summary>The name for chosen methods of a client.</summary>
    public static string For(string name, string methods) => $"{name}{Separator}{methods}";

    /// <summary>
    /// Whose setups make the options of a name, in order: <c>"" </c>, <c>"|pkg.*" </c>, <c>"User" </c>, <c>"User|pkg.*" </c>.
    /// </summary>
    public static IEnumerable<string> Of(string name)
    {
        var separator = name.IndexOf(Separator, StringComparison.Ordinal);
        string[] names = separator < 0 ? ["", name] : ["", name[separator..], name[..separator], name];
        return names.Distinct(StringComparer.Ordinal);
    }
}
