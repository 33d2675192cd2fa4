using System.Globalization;

namespace Interceptors.Discovery.Tool.Configs;

/// <summary>What this kit makes of a service config: the reader is that of a channel.</summary>
internal static class DotNetConfig
{
    private const string Client = "dotnet";

    public static IEnumerable<ConfigFinding> Read(ReadOnlyMemory<byte> json)
    {
        ServiceConfigDocument document;
        try
        {
            document = ServiceConfigReader.Default.Read(json);
        }
        catch (ServiceConfigException exception)
        {
            return [new ConfigFinding(Client, ConfigFinding.Refuses, exception.Message)];
        }

        var policy = document.Balancing?.Policy ?? "the policy of the channel's options";
        var names = document.Methods.Sum(m => m.Names.Length);
        return document.Warnings.Select(warning => new ConfigFinding(Client, ConfigFinding.Ignores, warning))
            .Append(new ConfigFinding(Client, ConfigFinding.Uses, string.Create(
                CultureInfo.InvariantCulture, $"{policy}, and settings for {names} {(names == 1 ? "name" : "names")} of methods")));
    }
}
