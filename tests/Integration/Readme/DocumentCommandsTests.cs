using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>
/// The commands of every document do what it says. They run on an etcd of the test's own; what can't run is in
/// <see cref="ListedCommand.All"/> with a reason.
/// </summary>
public sealed class DocumentCommandsTests
{
    // Those of the README run cold, in ReadmeCommandsTests.
    public static TheoryData<string> Documents { get; } =
        new(CommandDocument.All.Where(document => document.Path != "README.md" && document.Script().Length > 0)
            .Select(document => document.Path));

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Commands_of_a_document_work_as_they_are_written(string path)
    {
        var document = CommandDocument.All.Single(one => one.Path == path);
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var terminal = Terminal.Start(etcd.Endpoint, document.Script(), stopsAtFailure: document.Expected.Count == 0);

        await terminal.UntilAsync(document.Expected);

        Assert.All(document.Expected, line => Assert.True(line.IsMatch(terminal.Output), $"{line} is not in:\n{terminal.Output}"));
        Assert.True(document.Expected.Count > 0 || terminal.ExitCode == "0", terminal.Output);
    }

    [Fact]
    public void Commands_stand_in_blocks_that_are_marked_as_such() => Assert.Empty(
        CommandDocument.Paths().Where(path => !path.StartsWith("tools/", StringComparison.Ordinal)).SelectMany(CommandDocument.Unmarked));

    [Fact]
    public void Each_listed_command_is_in_a_document() => Assert.All(
        ListedCommand.All,
        listed => Assert.Contains(CommandDocument.All.SelectMany(document => document.Lines), line => ListedCommand.For(line) == listed));

    [Fact]
    public void Each_example_says_how_to_run_it() => Assert.All(
        Directory.EnumerateFiles(Repository.PathOf("examples"), "Program.cs", SearchOption.AllDirectories),
        program => Assert.Contains(
            CommandDocument.All,
            document => Repository.PathOf(document.Path.Split('/')) == Path.Combine(Path.GetDirectoryName(program)!, "README.md")));
}
