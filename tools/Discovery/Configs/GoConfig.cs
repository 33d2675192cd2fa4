using System.Globalization;
using System.Text.Json;

namespace Interceptors.Discovery.Tool.Configs;

/// <summary>
/// What grpc-go makes of a service config, by its service_config.go (1.33 to 1.64): Go's decoder matches names in any case and never
/// snake_case, takes no number in quotes, and ignores what it does not know; one wrong value refuses the whole.
/// </summary>
internal sealed class GoConfig
{
    private const string Client = "go";
    private const int MostAttempts = 5;

    private static readonly string[] BuiltIn = ["pick_first", "round_robin"];

    private static readonly Dictionary<string, string> Imported = new(StringComparer.OrdinalIgnoreCase)
    {
        ["weighted_round_robin"] = "google.golang.org/grpc/balancer/weightedroundrobin",
        ["least_request_experimental"] = "google.golang.org/grpc/balancer/leastrequest",
        ["grpclb"] = "google.golang.org/grpc/balancer/grpclb",
    };

    private readonly List<ConfigFinding> _findings = [];

    private GoConfig()
    {
    }

    public static IEnumerable<ConfigFinding> Read(ReadOnlyMemory<byte> json)
    {
        var config = new GoConfig();
        try
        {
            using var document = JsonDocument.Parse(json);
            config.ReadRoot(document.RootElement);
        }
        catch (JsonException)
        {
            return [new ConfigFinding(Client, ConfigFinding.Refuses, "$ is not JSON")];
        }
        catch (RefusedException exception)
        {
            return [new ConfigFinding(Client, ConfigFinding.Refuses, exception.Message)];
        }

        return config._findings;
    }

    private void ReadRoot(JsonElement root)
    {
        var fields = Fields(
            root, "$", "loadBalancingPolicy", "loadBalancingConfig", "methodConfig", "retryThrottling", "healthCheckConfig");
        var policy = fields.TryGetValue("loadBalancingPolicy", out var old) ? PolicyOf(Expect(old, JsonValueKind.String)) : null;
        if (fields.TryGetValue("loadBalancingConfig", out var list))
            policy = PolicyOf(Expect(list, JsonValueKind.Array));
        var names = fields.TryGetValue("methodConfig", out var methods) ? ReadMethods(Expect(methods, JsonValueKind.Array)) : 0;
        if (fields.TryGetValue("retryThrottling", out var throttling))
            ReadThrottling(throttling);
        if (fields.ContainsKey("healthCheckConfig"))
            Ignores("$.healthCheckConfig", "unless the program imports google.golang.org/grpc/health");
        _findings.Add(new ConfigFinding(Client, ConfigFinding.Uses, string.Create(
            CultureInfo.InvariantCulture,
            $"{policy ?? "pick_first"}, and settings for {names} {(names == 1 ? "name" : "names")} of methods")));
    }

    private string PolicyOf(Node node)
    {
        if (node.Element.ValueKind == JsonValueKind.String)
            return Known(node.Element.GetString()!.ToLowerInvariant(), node.Path)
                ?? throw new RefusedException($"{node.Path} names a policy that grpc-go does not have");
        foreach (var entry in Items(node))
        {
            var policies = Expect(entry, JsonValueKind.Object).Element.EnumerateObject().ToList();
            if (policies.Count != 1)
                throw new RefusedException($"{entry.Path} does not name exactly one policy");
            if (Known(policies[0].Name, entry.Path) is not { } policy)
                continue;
            // Its own balancers read the fields of their gRFC; the two that are built in read next to nothing.
            if (BuiltIn.Contains(policy))
                Fields(policies[0].Value, $"{entry.Path}.{policy}", policy == "pick_first" ? ["shuffleAddressList"] : []);
            return policy;
        }

        throw new RefusedException(
            $"{node.Path} has no policy that grpc-go has. Add one after the others, such as {{\"round_robin\": {{}}}}");
    }

    private string? Known(string policy, string path)
    {
        if (BuiltIn.Contains(policy))
            return policy;
        if (Imported.TryGetValue(policy, out var package))
        {
            Ignores($"{path}.{policy}", $"unless the program imports {package}");
            return policy;
        }

        Ignores($"{path}.{SafeText.Of(policy, 60)}", "which is no policy of grpc-go; the next of the list is tried");
        return null;
    }

    private int ReadMethods(Node list)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in Items(list))
        {
            var fields = Fields(
                entry.Element, entry.Path, "name", "waitForReady", "timeout", "maxRequestMessageBytes", "maxResponseMessageBytes",
                "retryPolicy");
            if (!fields.TryGetValue("name", out var names))
                continue;
            foreach (var name in Items(Expect(names, JsonValueKind.Array)))
                ReadName(name, seen);
            if (fields.TryGetValue("timeout", out var timeout))
                Duration(timeout);
            if (fields.TryGetValue(
                "waitForReady", out var wait) && wait.Element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                throw new RefusedException($"{wait.Path} is not true or false");
            foreach (var size in new[] { "maxRequestMessageBytes", "maxResponseMessageBytes" })
            {
                if (fields.TryGetValue(size, out var bytes) && !Expect(bytes, JsonValueKind.Number).Element.TryGetInt64(out _))
                    throw new RefusedException($"{bytes.Path} is not a whole number");
            }

            if (fields.TryGetValue("retryPolicy", out var retry))
                ReadRetry(retry);
        }

        return seen.Count;
    }

    private void ReadName(Node name, HashSet<string> seen)
    {
        var fields = Fields(name.Element, name.Path, "service", "method");
        var service = fields.TryGetValue("service", out var s) ? Expect(s, JsonValueKind.String).Element.GetString() : "";
        var method = fields.TryGetValue("method", out var m) ? Expect(m, JsonValueKind.String).Element.GetString() : "";
        if (service is "" && method is not "")
            throw new RefusedException($"{name.Path} has a method but no service");
        if (!seen.Add($"/{service}/{method}"))
            throw new RefusedException($"{name.Path} appears twice");
    }

    private void ReadRetry(Node retry)
    {
        var fields = Fields(
            retry.Element, retry.Path, "maxAttempts", "initialBackoff", "maxBackoff", "backoffMultiplier", "retryableStatusCodes");
        // A field that is missing is zero to Go, and a policy with a zero is dropped.
        var isWhole = fields.Count == 5 && Duration(fields["initialBackoff"]) > 0 && Duration(fields["maxBackoff"]) > 0
            && Expect(fields["backoffMultiplier"], JsonValueKind.Number).Element.GetDouble() > 0
            && Items(Expect(fields["retryableStatusCodes"], JsonValueKind.Array)).Any();
        var attempts = fields.TryGetValue("maxAttempts", out var most) ? Expect(most, JsonValueKind.Number).Element.GetDouble() : 0;
        if (!isWhole || attempts <= 1)
            Ignores(retry.Path, "because a field of it is missing or zero; newer versions refuse the whole config");
        else if (attempts > MostAttempts)
            Ignores(most.Path, $"above {MostAttempts}");
    }

    private void ReadThrottling(Node throttling)
    {
        var fields = Fields(throttling.Element, throttling.Path, "maxTokens", "tokenRatio");
        var tokens = fields.TryGetValue("maxTokens", out var most) ? Expect(most, JsonValueKind.Number).Element.GetDouble() : 0;
        var ratio = fields.TryGetValue("tokenRatio", out var each) ? Expect(each, JsonValueKind.Number).Element.GetDouble() : 0;
        if (tokens is <= 0 or > 1000)
            throw new RefusedException($"{throttling.Path}.maxTokens is not above 0 and at most 1000");
        if (ratio <= 0)
            throw new RefusedException($"{throttling.Path}.tokenRatio is not above 0");
    }

    /// <summary>Seconds: digits, at most nine decimals, an s.</summary>
    private static decimal Duration(Node node)
    {
        var text = Expect(node, JsonValueKind.String).Element.GetString()!;
        return text.EndsWith('s') && text.Length > 1
            && decimal.TryParse(
                text.AsSpan(
                    0, text.Length - 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var seconds) && seconds.Scale <= 9
            ? seconds
            : throw new RefusedException($"{node.Path} is no duration of seconds with at most nine decimals, such as \"1.5s\"");
    }

    /// <summary>The fields with these names, in any case. The last of several counts.</summary>
    private Dictionary<string, Node> Fields(JsonElement value, string path, params string[] known)
    {
        var found = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var member in Expect(new Node(value, path), JsonValueKind.Object).Element.EnumerateObject())
        {
            var name = Array.Find(known, k => k.Equals(member.Name, StringComparison.OrdinalIgnoreCase));
            if (name is null)
                Ignores($"{path}.{SafeText.Of(member.Name, 60)}", "which it does not know");
            else if (member.Value.ValueKind != JsonValueKind.Null)
                found[name] = new Node(member.Value, $"{path}.{name}");
        }

        return found;
    }

    private static IEnumerable<Node> Items(Node list) =>
        list.Element.EnumerateArray().Select((item, i) => new Node(item, $"{list.Path}[{i}]"));

    private static Node Expect(Node node, JsonValueKind kind) => node.Element.ValueKind == kind
        ? node
        : throw new RefusedException($"{node.Path} is not {(kind == JsonValueKind.Array ? "a list" : kind == JsonValueKind.Number
            ? "a number without quotes" : kind == JsonValueKind.String ? "a text" : "an object")}");

    private void Ignores(string path, string why) => _findings.Add(new ConfigFinding(Client, ConfigFinding.Ignores, $"{path}, {why}"));

    private readonly record struct Node(JsonElement Element, string Path);

    private sealed class RefusedException(string message) : Exception(message);
}
