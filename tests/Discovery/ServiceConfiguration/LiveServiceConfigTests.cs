using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class LiveServiceConfigTests : IAsyncLifetime
{
    private readonly LogCapture _logs = new();
    private readonly MeterCapture _meters = new(DiscoveryTelemetry.MeterName);
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, bool> _connections = new();
    private Backend _backend = null!;
    private Func<ServerCallContext, Task> _noteCall = null!;
    private string _file = null!;

    public async ValueTask InitializeAsync()
    {
        _backend = await Backend.StartAsync();
        var count = _backend.Observer.OnCall;
        _noteCall = context =>
        {
            _connections.TryAdd(context.Peer, true);
            return count(context);
        };
        _backend.Observer.OnCall = _noteCall;
        Directory.CreateDirectory(_folder.Path);
        _file = Path.Combine(_folder.Path, "config.json");
    }

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        _folder.Dispose();
        _meters.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_file_that_changes_holds_for_the_next_calls()
    {
        using var channel = Open(Configured.Methods("\"timeout\":\"600s\""));
        Assert.InRange((await _backend.DeadlineAsync(channel))!.Value, 500, 601);

        await WriteAsync(Configured.Methods("\"timeout\":\"300s\""));
        Assert.InRange((await _backend.DeadlineAsync(channel))!.Value, 200, 301);
        Assert.Equal(1, channel.Opened);
        Assert.Equal(["applied"], Outcomes());
    }

    [Fact]
    public async Task Retries_that_change_hold_for_the_next_calls()
    {
        using var channel = Open(Configured.Retries(2));
        Assert.Equal(2, await _backend.AttemptsAsync(channel));

        await WriteAsync(Configured.Retries(4));
        Assert.Equal(4, await _backend.AttemptsAsync(channel));
        Assert.Equal(2, channel.Opened);
        Assert.Single(_connections);
    }

    [Fact]
    public async Task A_broken_version_is_refused_once_and_the_one_before_stays()
    {
        using var channel = Open(Configured.Retries(3));
        await WriteAsync("""{"methodConfig":[{"timeout":5}]}""", "ServiceConfigRefused");

        Assert.Equal(3, await _backend.AttemptsAsync(channel));
        Assert.Equal(
            $"static:///backend: the service config from file {_file} is refused, and the one before stays in force: "
            + "$.methodConfig[0].timeout is 5. Give a duration in seconds above zero, such as \"1.5s\".",
            Assert.Single(_logs.Named("ServiceConfigRefused")).Message);
        Assert.Equal(["refused"], Outcomes());
        await WriteAsync("{}");
        Assert.Equal(1, await _backend.AttemptsAsync(channel));
        Assert.Single(_logs.Named("ServiceConfigRefused"));
    }

    [Fact]
    public async Task A_file_that_vanishes_leaves_the_config_as_it_is_and_is_read_when_it_is_back()
    {
        using var channel = Open(Configured.Retries(3));
        File.Delete(_file);
        await Eventually.True(() => _logs.Named("ServiceConfigAway").Count == 1, "it is missed");
        Assert.Equal(3, await _backend.AttemptsAsync(channel));

        await WriteAsync(Configured.Retries(2));
        Assert.Equal(2, await _backend.AttemptsAsync(channel));
        Assert.Single(_logs.Named("ServiceConfigBack"));
        Assert.Single(_logs.Named("ServiceConfigAway"));
    }

    [Fact]
    public async Task A_file_is_followed_through_links_as_Kubernetes_mounts_it()
    {
        // config.json -> ..data/config.json, and ..data -> a folder for each version.
        var data = Path.Combine(_folder.Path, "..data");
        Mount("v1", Configured.Retries(2));
        File.CreateSymbolicLink(_file, Path.Combine("..data", "config.json"));
        using var channel = Configured.Open(_backend.Address, Options(), Logger());
        Assert.Equal(2, await _backend.AttemptsAsync(channel));

        Mount("v2", Configured.Retries(3));
        await Eventually.True(() => _logs.Named("ServiceConfigApplied").Count == 1, "the new version is applied");
        Assert.Equal(3, await _backend.AttemptsAsync(channel));
        Assert.Empty(_logs.Named("ServiceConfigAway"));

        void Mount(string version, string json)
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, version));
            File.WriteAllText(Path.Combine(_folder.Path, version, "config.json"), json);
            var next = data + "_tmp";
            Directory.CreateSymbolicLink(next, version);
            // What .NET moves is never a link to a folder.
            using var move = Process.Start("mv", ["-T", next, data]);
            move.WaitForExit();
            Assert.Equal(0, move.ExitCode);
        }
    }

    [Fact]
    public void A_file_that_is_missing_or_broken_at_the_start_is_an_error()
    {
        var missing = Assert.Throws<ArgumentException>(() => Configured.Open(_backend.Address, Options()));
        File.WriteAllText(_file, "{]");
        var broken = Assert.Throws<ArgumentException>(() => Configured.Open(_backend.Address, Options()));

        Assert.StartsWith(
            $"DiscoveryChannelOptions.ServiceConfig.File is '{_file}', which can't be read: ", missing.Message, StringComparison.Ordinal);
        Assert.Equal(
            $"DiscoveryChannelOptions.ServiceConfig.File '{_file}' is no service config that can be used: $ is not JSON from byte 2 of "
                + "line 1 on.",
            broken.Message);
    }

    [Fact]
    public void A_text_that_is_broken_is_an_error_at_the_start() =>
        Assert.Equal(
            "DiscoveryChannelOptions.ServiceConfig.Json is no service config that can be used: $.methodConfig is 5. Give a list.",
            Assert.Throws<ArgumentException>(() => Configured.Open(_backend, """{"methodConfig":5}""")).Message);

    [Fact]
    public async Task Changes_of_every_kind_under_load_lose_no_call()
    {
        using var channel = Open("{}");
        await using (var load = new Load(channel.Invoker))
        {
            for (var i = 1; i <= 20; i++)
            {
                await WriteAsync((i % 4) switch
                {
                    0 => Configured.Retries(2 + (i / 4 % 2)),
                    1 => """{"loadBalancingConfig":[{"pick_first":{}}]}""",
                    2 => Configured.Methods($"\"timeout\":\"{600 + i}s\",\"maxRequestMessageBytes\":{1000 + i}"),
                    _ => "{}",
                });
                await load.MoreAsync(20);
            }

            load.AssertNoFailures();
        }

        // Ten changes of the policy, of which none reconnects: to pick_first and back.
        Assert.Single(_connections);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_call_that_runs_goes_on_while_the_config_changes(CallKind kind)
    {
        using var channel = Open("{}");
        var release = new TaskCompletionSource();
        _backend.Observer.OnCall = _ => release.Task;
        var call = new CallDriver(channel.Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
        await Eventually.True(() => _backend.Observer.Running == 1, "the call runs");

        await WriteAsync(Configured.Retries(2));
        _backend.Observer.OnCall = _noteCall;
        Assert.Equal(2, await _backend.AttemptsAsync(channel));
        GC.Collect();
        release.SetResult();
        Assert.Equal(StatusCode.OK, await call);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Closing_cancels_the_calls_that_began_under_an_earlier_config(CallKind kind)
    {
        var channel = Open("{}");
        var release = new TaskCompletionSource();
        _backend.Observer.OnCall = _ => release.Task;
        var call = new CallDriver(channel.Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
        await Eventually.True(() => _backend.Observer.Running == 1, "the call runs");
        await WriteAsync(Configured.Retries(2));
        _backend.Observer.OnCall = _noteCall;
        await _backend.AttemptsAsync(channel);

        channel.Dispose();
        Assert.NotEqual(StatusCode.OK, await call.WaitAsync(Watching.Bound));
        release.SetResult();
    }

    [Fact]
    public async Task A_stream_keeps_the_limits_that_it_began_with()
    {
        using var channel = Open(Configured.Methods("\"maxRequestMessageBytes\":100"));
        using var call = channel.Client().Duplex();
        await WriteAsync(Configured.Methods("\"maxRequestMessageBytes\":10"));

        await call.RequestStream.WriteAsync(new ProbeRequest { Text = new string('x', 50), Responses = 1 });
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<RpcException>(
            () => channel.Client().UnaryAsync(new ProbeRequest { Text = new string('x', 50) }).ResponseAsync);
    }

    private ConfiguredService Open(string json)
    {
        File.WriteAllText(_file, json);
        return Configured.Open(_backend.Address, Options(), Logger(), _meters);
    }

    private ServiceConfigOptions Options() => new() { File = _file, FilePollInterval = TimeSpan.FromMilliseconds(10) };

    private Microsoft.Extensions.Logging.ILogger Logger() => _logs.CreateLogger("test");

    /// <summary>Replaces the file, and waits until it has been noticed.</summary>
    private async Task WriteAsync(string json, string noticed = "ServiceConfigApplied")
    {
        var before = _logs.Named(noticed).Count;
        var next = _file + ".new";
        await File.WriteAllTextAsync(next, json);
        File.Move(next, _file, overwrite: true);
        await Eventually.True(() => _logs.Named(noticed).Count > before, "the new version is noticed");
    }

    private List<object?> Outcomes() => [.. _meters.Of(ServiceConfigMetrics.Updates).Select(m => m.Tags[ServiceConfigMetrics.Outcome])];
}
