using System.CommandLine;
using Interceptors.Discovery.Tool.Configs;
using Interceptors.Discovery.Tool.Output;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary><c>config FILE</c>: what clients of this kit and Go clients make of a service config.</summary>
internal static class ConfigCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var file = Arguments.Create("FILE", "A file with the JSON of a service config");
        var command = new Command(
            "config", "Checks a service config: what clients of this kit (dotnet) and grpc-go (go) make of it.") { file };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(file)!, connection.IsJson(parsed), stop));
        return command;
    }

    private static async Task<int> RunAsync(string file, bool isJson, CancellationToken stop)
    {
        byte[] json;
        try
        {
            json = await File.ReadAllBytesAsync(file, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"FILE is '{file}', which can't be read. Give a file with the JSON of a service config.", exception);
        }

        List<ConfigFinding> findings = [.. DotNetConfig.Read(json), .. GoConfig.Read(json)];
        if (isJson)
        {
            Json.Write(new ConfigJson([.. findings]));
        }
        else
        {
            foreach (var (client, result, text) in findings)
                Console.Out.WriteLine($"{client,-6}  {result,-7}  {Table.Clean(text)}");
        }

        return findings.Exists(finding => finding.Result == ConfigFinding.Refuses) ? ExitCode.Invalid : ExitCode.Ok;
    }
}
