using System.Diagnostics;

namespace Interceptors.Integration.Tests;

/// <summary>A bash that runs a script in a folder, with an etcd for the examples. Nothing of it is left behind.</summary>
internal sealed class Shell : IAsyncDisposable
{
    /// <summary>Only a failing test reaches it: a build of everything, on a machine that has other things to do.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(15);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private Shell(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <param name="folder">Where it runs.</param>
    /// <param name="etcd">The value of ETCD, which the examples read.</param>
    /// <param name="script">What it runs.</param>
    public static Shell Start(string folder, string etcd, string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ETCD"] = etcd;
        // A busy machine may take minutes to start what a person waits seconds for.
        start.Environment["WAIT"] = "600";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        // They have looked at the same sources when the tests were built, and take as long as the compiler.
        start.Environment["RunAnalyzers"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        return new Shell(Process.Start(start)!);
    }

    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        await Task.WhenAll(_process.WaitForExitAsync(), _output, _error).WaitAsync(Bound);
        return (_process.ExitCode, await _output, await _error);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
