using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Interceptors.Conventions.Tests;

/// <summary>The options of a class as a table, of what their documentation says and of the values that a new instance has.</summary>
internal static partial class OptionsTable
{
    public static string Of(string typeName)
    {
        var type = Package.All.Select(assembly => assembly.GetType(typeName)).FirstOrDefault(type => type is not null)
            ?? throw new InvalidOperationException($"No package has a type {typeName}.");
        var options = Activator.CreateInstance(type)!;
        var docs = Docs(type.Assembly);
        var rows = from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                   where property.Name != "EqualityContract"
                   select $"| `{property.Name}` | {Shown(property.GetValue(options))} | {docs[$"P:{typeName}.{property.Name}"]} |";
        return $"| option of `{type.Name}` | default | meaning |\n|---|---|---|\n{string.Join('\n', rows)}";
    }

    private static Dictionary<string, string> Docs(Assembly assembly) =>
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml")).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value, member => Text(member.Element("summary")));

    private static string Text(XElement? element)
    {
        var words = string.Concat(element?.Nodes().Select(Text) ?? []);
        return OneWordDefault().Replace(Space().Replace(words, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal), "");
    }

    private static string Text(XNode node) => node switch
    {
        XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } reference => $"`{Name(reference.Value)}`",
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("langword")?.Value}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => Text(other),
        XText text => text.Value,
        _ => "",
    };

    private static string Name(string reference) => reference.Split('(')[0].Split('.', ':')[^1].Split('`')[0];

    private static string Shown(object? value) => value switch
    {
        null => "none",
        "" => "empty",
        TimeSpan time when time == Timeout.InfiniteTimeSpan => "without end",
        TimeSpan { TotalMilliseconds: < 1000 and > 0 } time => $"{time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)} ms",
        TimeSpan { TotalSeconds: < 120 } time => $"{time.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s",
        TimeSpan time => $"{time.TotalMinutes.ToString(CultureInfo.InvariantCulture)} min",
        bool flag => flag ? "true" : "false",
        string text => $"`{text}`",
        Delegate => "a function",
        IDictionary or IEnumerable => Items((IEnumerable)value),
        IFormattable number => $"{number.ToString(null, CultureInfo.InvariantCulture)}",
        _ => "set",
    };

    private static string Items(IEnumerable items) =>
        string.Join(", ", items.Cast<object>().Select(item => $"`{item}`")) is { Length: > 0 } shown ? shown : "empty";

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    // What the column beside it says already.
    [GeneratedRegex(@" Default: [\w-]+( (ms|s|min))?\.$")]
    private static partial Regex OneWordDefault();
}
