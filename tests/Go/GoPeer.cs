using System.Collections.Concurrent;
using System.Diagnostics;
using Interceptors.Testing;

namespace Interceptors.Go.Tests;

/// <summary>The Go program beside these tests, as a process of its own.</summary>
internal sealed class GoPeer : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Task<string> _errors;
    private readonly Task _reading;

    private GoPeer(string[] arguments)
    {
        var program = Environment.GetEnvironmentVariable("GO_PEER")
            ?? throw new InvalidOperationException("GO_PEER names no program. Run ./test --go, which builds it.");
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>The lines that are not those of a call that went well.</summary>
    public IReadOnlyList<string> Failures => [.. _lines.Where(line => !line.StartsWith("ok ", StringComparison.Ordinal))];

    /// <summary>Calls <c>etcd:///target</c> every 10 ms.</summary>
    public static GoPeer Call(EtcdProcess etcd, string target, params string[] options) =>
        new(["call", "-etcd", etcd.Endpoint, "-target", target, .. options]);

    /// <summary>Serves and registers itself.</summary>
    public static async Task<GoPeer> ServeAsync(EtcdProcess etcd, string target, params string[] options)
    {
        var peer = new GoPeer(["serve", "-etcd", etcd.Endpoint, "-target", target, .. options]);
        await peer.UntilAsync(lines => lines.Count > 0, "it is registered");
        return peer;
    }

    /// <summary>Where it serves.</summary>
    public string Address => Lines[0]["registered ".Length..];

    /// <summary>Waits until it has been called.</summary>
    public Task UntilCalledAsync() => UntilAsync(lines => lines.Contains("called"), "it is called");

    /// <summary>Waits until another call has been answered by each of these servers.</summary>
    public async Task UntilAnsweredByAsync(params string[] addresses)
    {
        var seen = _lines.Count;
        await UntilAsync(
            lines => addresses.All(address => lines.Skip(seen).Contains($"ok {address}")), $"{string.Join(", ", addresses)} answer");
    }

    /// <summary>Waits until this many calls in a row have been answered by just these servers.</summary>
    public Task UntilOnlyAsync(int calls, params string[] addresses) => UntilAsync(
        lines => lines.Count >= calls && lines.Skip(lines.Count - calls).All(line => addresses.Contains(line[(line.IndexOf(' ') + 1)..])),
        $"only {string.Join(", ", addresses)} answer");

    public async Task UntilAsync(Func<IReadOnlyList<string>, bool> wanted, string what)
    {
        var until = TimeProvider.System.GetTimestamp();
        while (!wanted(Lines))
        {
            Assert.True(
                !_process.HasExited && TimeProvider.System.GetElapsedTime(until) < Bound,
                $"never came: {what}; ended: {_process.HasExited}; last lines:\n{string.Join('\n', Lines.TakeLast(5))}"
                    + (_process.HasExited ? _errors.Result : ""));
            await Task.Delay(5);
        }
    }

    /// <summary>What it says on standard error when it ends by itself.</summary>
    public async Task<string> CrashAsync()
    {
        using var bound = new CancellationTokenSource(Bound);
        await _process.WaitForExitAsync(bound.Token);
        return await _errors;
    }

    /// <summary>Lets it end, as a Go program ends well.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        using var bound = new CancellationTokenSource(Bound);
        await _process.WaitForExitAsync(bound.Token);
        Assert.Equal((0, ""), (_process.ExitCode, await _errors));
    }

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Enqueue(line);
    }
}
