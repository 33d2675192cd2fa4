using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Interceptors.Discovery;

/// <summary>
/// Reads the JSON of a service config. Wrong values are refused with their place; fields that are not known are ignored and warned of,
/// since a config is written for clients of all kinds and ages (gRFC A21).
/// https://github.com/grpc/grpc-proto/blob/master/grpc/service_config/service_config.proto
/// </summary>
/// <param name="policies">The load balancing policies that there are, by name, each with what checks its configuration.</param>
internal sealed class ServiceConfigReader(IReadOnlyDictionary<string, PolicyCheck> policies)
{
    private const int MostBytes = 1024 * 1024;

    /// <summary>A reader that knows the policies of this package.</summary>
    public static ServiceConfigReader Default { get; } = For(CustomPolicies.None);

    /// <summary>A reader that knows the policies of this package and those that users have added.</summary>
    public static ServiceConfigReader For(CustomPolicies custom) => new(custom.AllNames
        .ToFrozenDictionary(static name => name, static _ => new PolicyCheck(BalancingPolicies.Problem), StringComparer.Ordinal));

    /// <exception cref="ServiceConfigException">It can't be used.</exception>
    public ServiceConfigDocument Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    /// <exception cref="ServiceConfigException">It can't be used.</exception>
    public ServiceConfigDocument Read(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MostBytes)
            throw new ServiceConfigException($"$ is {json.Length} bytes long. Give at most {MostBytes}.");
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        try
        {
            using var document = JsonDocument.Parse(json);
            return ReadRoot(new ConfigNode(document.RootElement, "$", new List<string>()));
        }
        catch (JsonException exception)
        {
            // The exception's own message can repeat what stands there.
            throw new ServiceConfigException(
                $"$ is not JSON from byte {exception.BytePositionInLine + 1} of line {exception.LineNumber + 1} on.");
        }
        catch (InvalidOperationException)
        {
            // What JsonElement throws for bytes that are not UTF-8 and for halves of surrogate pairs.
            throw new ServiceConfigException("$ holds a text that is not Unicode.");
        }
    }

    private ServiceConfigDocument ReadRoot(ConfigNode root)
    {
        var fields = root.Fields("loadBalancingConfig", "loadBalancingPolicy", "methodConfig", "retryThrottling", "healthCheckConfig");
        return new ServiceConfigDocument(fields.TryGetValue("methodConfig", out var methods) ? ReadMethods(methods) : [])
        {
            Balancing = ReadBalancing(fields),
            Throttling = fields.TryGetValue("retryThrottling", out var throttling) ? RetryReader.ReadThrottling(throttling) : null,
            HealthCheckedService = fields.TryGetValue("healthCheckConfig", out var health)
                ? health.Fields("serviceName").TryGetValue("serviceName", out var name) ? name.Text() : ""
                : null,
            Warnings = [.. root.Warnings],
            ChannelPart = Discovery.ChannelPart.Of(root.Element),
        };
    }

    private BalancingChoice? ReadBalancing(Dictionary<string, ConfigNode> fields)
    {
        // The older field is read, and so checked, even where the newer one overrides it.
        var policy = fields.TryGetValue("loadBalancingPolicy", out var old) ? BalancingReader.ReadPolicy(old, policies) : null;
        return fields.TryGetValue("loadBalancingConfig", out var config) && BalancingReader.ReadConfig(config, policies) is { } chosen
            ? chosen
            : policy;
    }

    private static ImmutableArray<MethodSettings> ReadMethods(ConfigNode list)
    {
        var seen = new Dictionary<ConfiguredName, string>();
        return [.. list.Items().Select(entry => MethodReader.Read(entry, seen))];
    }
}
