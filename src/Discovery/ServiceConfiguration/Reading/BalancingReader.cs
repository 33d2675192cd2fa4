using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>
/// Reads the choice of a load balancing policy. An unknown one must never get past here: grpc-dotnet throws where it is told, and calls
/// hang from then on.
/// </summary>
internal static class BalancingReader
{
    /// <summary>
    /// The first of the list that is known, as the specification wants it: so a config can name a policy that only newer clients know,
    /// with one for the others after it. A list without a known one is refused, an empty one chooses nothing.
    /// </summary>
    public static BalancingChoice? ReadConfig(ConfigNode list, IReadOnlyDictionary<string, PolicyCheck> known)
    {
        BalancingChoice? chosen = null;
        var unknown = new List<string>();
        foreach (var entry in list.Items())
        {
            var fields = entry.AnyFields();
            if (fields.Count != 1)
                throw entry.Problem($"has {fields.Count} policies. Give an object with one, such as {{\"round_robin\": {{}}}}.");
            var (name, node) = fields.Single();
            var configuration = Dictionary(node);
            if (!known.TryGetValue(name, out var check))
                unknown.Add($"'{ConfigNode.Shortened(name)}'");
            else if (chosen is not null)
                continue;
            else
                chosen = new BalancingChoice(name, Checked(node, configuration, check));
        }

        if (chosen is null && unknown.Count > 0)
            throw list.Problem($"names no policy that is known, only {string.Join(", ", unknown)}. {KnownText(known)}");
        return chosen;
    }

    /// <summary>The field of old, which has a name only; <c>ROUND_ROBIN</c> is what it calls <c>round_robin</c>.</summary>
    public static BalancingChoice ReadPolicy(ConfigNode node, IReadOnlyDictionary<string, PolicyCheck> known)
    {
        var name = known.Keys.FirstOrDefault(k => k.Equals(node.Text(), StringComparison.OrdinalIgnoreCase))
            ?? throw node.Problem($"is {ConfigNode.Shortened(node.Element.GetRawText())}, which is not known. {KnownText(known)}");
        return new BalancingChoice(name, new Dictionary<string, object>());
    }

    private static Dictionary<string, object> Checked(ConfigNode node, Dictionary<string, object> configuration, PolicyCheck check)
    {
        var warnings = new List<string>();
        if (check(configuration, warnings) is { } problem)
            throw new ServiceConfigException(node.Path + problem);
        foreach (var warning in warnings)
            node.Warnings.Add(node.Path + warning);
        return configuration;
    }

    private static string KnownText(IReadOnlyDictionary<string, PolicyCheck> known) =>
        $"Known are {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}.";

    private static Dictionary<string, object> Dictionary(ConfigNode node) =>
        node.AnyFields().ToDictionary(field => field.Key, field => Value(field.Value), StringComparer.Ordinal);

    private static object Value(ConfigNode node) => node.Element.ValueKind switch
    {
        JsonValueKind.Object => Dictionary(node),
        JsonValueKind.Array => node.Items().ConvertAll(Value),
        JsonValueKind.String => node.Text(),
        JsonValueKind.True or JsonValueKind.False => node.Flag(),
        JsonValueKind.Number => node.Element.TryGetInt64(out var whole) ? (object)whole : node.Element.GetDouble(),
        _ => throw node.Wrong("something in a list"),
    };
}
