namespace Interceptors.Discovery;

/// <summary>Reads an entry of a service config's <c>methodConfig</c>.</summary>
internal static class MethodReader
{
    private const string Bytes = "a whole number of bytes, 0 to 4294967295";

    /// <param name="entry">The entry.</param>
    /// <param name="seen">The names of the entries before it and where they stand.</param>
    public static MethodSettings Read(ConfigNode entry, Dictionary<ConfiguredName, string> seen)
    {
        var fields = entry.Fields(
            "name", "timeout", "waitForReady", "maxRequestMessageBytes", "maxResponseMessageBytes", "retryPolicy", "hedgingPolicy");
        if (fields.ContainsKey("retryPolicy") && fields.ContainsKey("hedgingPolicy"))
            throw entry.Problem("has a retryPolicy and a hedgingPolicy. Leave one.");
        return new MethodSettings
        {
            // Without names an entry applies to nothing, says the specification; the rest of it is still checked.
            Names = fields.TryGetValue("name", out var names) ? [.. names.Items().Select(name => ReadName(name, seen))] : [],
            Timeout = fields.TryGetValue("timeout", out var timeout) ? timeout.Duration(isZeroRight: false) : null,
            WaitForReady = fields.TryGetValue("waitForReady", out var wait) && wait.Flag(),
            MaxRequestBytes = SizeOf(fields, "maxRequestMessageBytes"),
            MaxResponseBytes = SizeOf(fields, "maxResponseMessageBytes"),
            Retry = fields.TryGetValue("retryPolicy", out var retry) ? RetryReader.ReadRetry(retry) : null,
            Hedging = fields.TryGetValue("hedgingPolicy", out var hedging) ? RetryReader.ReadHedging(hedging) : null,
        };
    }

    private static ConfiguredName ReadName(ConfigNode node, Dictionary<ConfiguredName, string> seen)
    {
        var fields = node.Fields("service", "method");
        var service = fields.TryGetValue("service", out var s) ? s.Text() : "";
        var method = fields.TryGetValue("method", out var m) ? m.Text() : "";
        if (service.Contains('/', StringComparison.Ordinal))
            throw s.Wrong("a service with its package, such as \"shop.Orders\", without slashes");
        if (method.Contains('/', StringComparison.Ordinal))
            throw m.Wrong("a method without its service, such as \"Get\"");
        if (method.Length > 0 && service.Length == 0)
            throw node.Problem("has a method and no service. Give both, a service only, or neither for all methods.");
        var name = new ConfiguredName(service, method);
        if (!seen.TryAdd(name, node.Path))
            throw node.Problem($"is the same name as {seen[name]}. Leave one.");
        return name;
    }

    // Wider than int: the protobuf field is unsigned. No message reaches what is above, so that it limits nothing.
    private static long? SizeOf(Dictionary<string, ConfigNode> fields, string name) =>
        fields.TryGetValue(name, out var size)
            ? (long)size.Number(n => n is >= 0 and <= uint.MaxValue && decimal.IsInteger(n), Bytes)
            : null;
}
