using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Interceptors.Testing;

namespace Interceptors.Packages.Tests;

/// <summary>
/// What somebody has who starts from the README: projects that know the packages only, from the feed. They are built once; a server
/// of them runs, on an etcd of its own.
/// </summary>
public sealed partial class Workspace : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("interceptors-workspace-");
    private readonly List<Process> _servers = [];

    public Feed Feed { get; } = new();

    internal string Folder => _folder.FullName;

    internal EtcdProcess Etcd { get; } = EtcdProcess.Create();

    /// <summary>Packages restored by other builds, which are not restored again.</summary>
    private static string Cache { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(Feed.PackAsync(), WriteAsync());
        await MakeFromTemplatesAsync();
        await Task.WhenAll(Etcd.StartAsync(), Command.RunAsync(Folder, "dotnet", "build", "All.proj", "--verbosity", "quiet"));
        foreach (var server in new[] { "Server", "Hello.Server", "Hello.Gateway" })
            Serve(server);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.Kill();
            await server.WaitForExitAsync();
            server.Dispose();
        }
        await Etcd.DisposeAsync();
        Feed.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>The program of a project.</summary>
    internal string Built(string project) => Path.Combine(Folder, project, "bin", "Debug", "net10.0", $"{project}.dll");

    private void Serve(string project)
    {
        var server = Command.Start(Folder, "dotnet", [Built(project), $"--etcd={Etcd.Endpoint}"]);
        // So that the pipes never fill.
        _ = server.StandardOutput.ReadToEndAsync();
        _ = server.StandardError.ReadToEndAsync();
        _servers.Add(server);
    }

    /// <summary>Runs the commands of the templates' README as they are written.</summary>
    private async Task MakeFromTemplatesAsync()
    {
        var commands = Commands().Match(await File.ReadAllTextAsync(Repository.PathOf("templates", "README.md"))).Groups["commands"].Value;
        // The templates of whoever runs the tests are left alone.
        var home = $"export DOTNET_CLI_HOME='{Path.Combine(Folder, "home")}' DOTNET_GENERATE_ASPNET_CERTIFICATE=false";
        await Command.RunAsync(Folder, "bash", "-c", $"set -e\n{home}\n{commands}");
    }

    private async Task WriteAsync()
    {
        await WriteAsync("nuget.config", $"""
            <configuration><packageSources><add key="feed" value="{Feed.Folder}" /></packageSources></configuration>
            """);
        // The packages are unpacked here: of this version there may be others tomorrow.
        await WriteAsync("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>{Path.Combine(Folder, "packages")}</RestorePackagesPath>
                <RestoreFallbackFolders>{(Directory.Exists(Cache) ? Cache : "")}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup Condition="'$(MSBuildProjectExtension)' == '.csproj' and !Exists('Protos')">
                <Protobuf Include="$(MSBuildThisFileDirectory)greeter.proto" />
              </ItemGroup>
            </Project>
            """);
        await WriteAsync("All.proj", """
            <Project DefaultTargets="Build">
              <ItemGroup><Projects Include="Server/*.csproj;Client/*.csproj;Hello.*/*.csproj" /></ItemGroup>
              <Target Name="Restore"><MSBuild Projects="@(Projects)" Targets="Restore" /></Target>
              <Target Name="Build"><MSBuild Projects="@(Projects)" /></Target>
            </Project>
            """);
        File.Copy(Repository.PathOf("examples", "Protos", "greeter.proto"), Path.Combine(Folder, "greeter.proto"));
        await ProjectAsync("Server", "Microsoft.NET.Sdk.Web", Quoted("Greeter.Server"),
            "Interceptors.Server", "Interceptors.Discovery.AspNetCore", "Grpc.AspNetCore");
        await ProjectAsync("Client", "Microsoft.NET.Sdk", Quoted("Greeter.Client"),
            "Interceptors.Client", "Interceptors.Discovery", "Google.Protobuf", "Grpc.Tools", "Microsoft.Extensions.Hosting");
        await ProjectAsync("Plain", "Microsoft.NET.Sdk",
            await File.ReadAllTextAsync(Repository.PathOf("examples", "Greeter.Client.Plain", "Program.cs")),
            "Interceptors.Client", "Interceptors.Discovery", "Google.Protobuf", "Grpc.Tools", "Microsoft.Extensions.Logging.Console");
    }

    private async Task ProjectAsync(string name, string sdk, string program, params string[] packages)
    {
        var references = packages.Select(package => $"""<PackageReference Include="{package}" Version="{VersionOf(package)}" />""");
        Directory.CreateDirectory(Path.Combine(Folder, name));
        await WriteAsync(Path.Combine(name, "Program.cs"), program);
        await WriteAsync(Path.Combine(name, $"{name}.csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>
              <ItemGroup>{string.Concat(references)}</ItemGroup>
            </Project>
            """);
    }

    private Task WriteAsync(string path, string text) => File.WriteAllTextAsync(Path.Combine(Folder, path), text);

    /// <summary>The program that the README quotes.</summary>
    private static string Quoted(string example) => Blocks().Matches(File.ReadAllText(Repository.PathOf("README.md")))
        .Single(match => match.Groups["example"].Value == example).Groups["code"].Value;

    private static string VersionOf(string package) => package.StartsWith("Interceptors.", StringComparison.Ordinal)
        ? Feed.Version
        : XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(element => element.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    [GeneratedRegex(@"^```sh\n(?<commands>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Commands();

    [GeneratedRegex(
        @"^<!-- examples/(?<example>\S+)/Program\.cs -->\n```csharp\n(?<code>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
