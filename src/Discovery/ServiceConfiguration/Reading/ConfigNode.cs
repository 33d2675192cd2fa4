using System.Globalization;
using System.Text.Json;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// One value of a service config, where it stands, and where to warn of what is ignored. Reads what protobuf's JSON mapping allows: numbers
/// may be texts, and null is as good as nothing. https://protobuf.dev/programming-guides/json/
/// </summary>
internal readonly struct ConfigNode(JsonElement element, string path, ICollection<string> warnings)
{
    private const int MostShown = 60;
    private const decimal MostSeconds = 315_576_000_000;

    private static readonly StatusCode[] Codes = [.. Enum.GetValues<StatusCode>().Where(c => c != StatusCode.OK)];

    public JsonElement Element => element;

    public string Path => path;

    public ICollection<string> Warnings => warnings;

    /// <summary>The fields that are set. One that is not known is ignored, one that is there twice is refused.</summary>
    public Dictionary<string, ConfigNode> Fields(params string[] known) => FieldNames.Known(AnyFields(), path, known, warnings);

    /// <summary>The fields that are set, whatever their names.</summary>
    public Dictionary<string, ConfigNode> AnyFields()
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong("an object");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var fields = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var field = new ConfigNode(member.Value, $"{path}.{Shortened(member.Name)}", warnings);
            if (!names.Add(member.Name))
                throw field.Problem("stands there twice. Leave one.");
            if (member.Value.ValueKind != JsonValueKind.Null)
                fields.Add(member.Name, field);
        }

        return fields;
    }

    public List<ConfigNode> Items()
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Wrong("a list");
        var items = new List<ConfigNode>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
            items.Add(new ConfigNode(item, $"{path}[{items.Count}]", warnings));
        return items;
    }

    public string Text() => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong("a text");

    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    public int WholeNumber(int least, int most, string expected) =>
        Number() is { } number && decimal.IsInteger(number) && number >= least && number <= most ? (int)number : throw Wrong(expected);

    public decimal Number(Func<decimal, bool> isRight, string expected) =>
        Number() is { } number && isRight(number) ? number : throw Wrong(expected);

    /// <summary>
    /// Protobuf's duration: seconds with an s. What is finer than .NET's 100 ns is rounded up, lest something become nothing.
    /// </summary>
    public TimeSpan Duration(bool isZeroRight)
    {
        var expected = isZeroRight ? "a duration in seconds, such as \"0.5s\"" : "a duration in seconds above zero, such as \"1.5s\"";
        if (element.ValueKind != JsonValueKind.String || element.GetString() is not { Length: > 1 } text || text[^1] != 's'
            || !decimal.TryParse(
                text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            || seconds > MostSeconds || (seconds == 0 && !isZeroRight))
            throw Wrong(expected);
        if (seconds.Scale > 9)
            throw Problem($"is {Shown()}, which has more than nine decimals. Give {expected}.");
        return TimeSpan.FromTicks((long)decimal.Ceiling(seconds * TimeSpan.TicksPerSecond));
    }

    /// <summary>A status code by its name, in any case, or by its number; not OK, which is no failure.</summary>
    public StatusCode FailureCode()
    {
        foreach (var code in Codes)
        {
            if (element.ValueKind == JsonValueKind.String
                    ? RpcTelemetry.NameOf(code).Equals(element.GetString(), StringComparison.OrdinalIgnoreCase)
                    : Number() == (int)code)
                return code;
        }

        throw Wrong($"the name or number of a status that is a failure: {string.Join(", ", Codes.Select(RpcTelemetry.NameOf))}");
    }

    public ServiceConfigException Wrong(string expected) => Problem($"is {Shown()}. Give {expected}.");

    public ServiceConfigException Problem(string problem) => new($"{path} {problem}");

    /// <summary>What came from outside goes into logs: short, and on one line.</summary>
    public static string Shortened(string text) => SafeText.Of(text, MostShown);

    private decimal? Number()
    {
        var text = element.ValueKind switch
        {
            JsonValueKind.Number => element.GetRawText(),
            JsonValueKind.String => element.GetString(),
            _ => null,
        };
        return decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private string Shown() => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => Shortened(element.GetRawText()),
    };
}
