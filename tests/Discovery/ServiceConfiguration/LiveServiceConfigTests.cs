using System.Diagnostics;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class LiveServiceConfigTests : IAsyncLifetime
{
    private readonly LogCapture _logs = new();
    private readonly MeterCapture _meters = new(DiscoveryTelemetry.MeterName);
    private readonly TemporaryFolder _folder = new();
    private Backend _backend = null!;
    private string _file = null!;

    public async ValueTask InitializeAsync()
    {
        _backend = await Backend.StartAsync();
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
        Assert.Equal(1, channel.OpenChannels);
        Assert.Equal(["applied"], Outcomes());
    }

    [Fact]
    public async Task Retries_that_change_hold_for_the_next_calls()
    {
        using var channel = Open(Configured.Retries(2));
        Assert.Equal(2, await _backend.AttemptsAsync(channel));

        await WriteAsync(Configured.Retries(4));
        Assert.Equal(4, await _backend.AttemptsAsync(channel));
        await Eventually.True(() => channel.OpenChannels == 1, "the channel of before is closed");
    }

    [Fact]
    public async Task A_broken_version_is_refused_once_and_the_one_before_stays()
    {
        using var channel = Open(Configured.Retries(3));
        await WriteAsync("""{"methodConfig":[{"timeout":5}]}""", "LogRefused");

        Assert.Equal(3, await _backend.AttemptsAsync(channel));
        Assert.Equal(
            $"static:///backend: the service config from file {_file} is refused, and the one before stays in force: "
            + "$.methodConfig[0].timeout is 5. Give a duration in seconds above zero, such as \"1.5s\".",
            Assert.Single(_logs.Named("LogRefused")).Message);
        Assert.Equal(["refused"], Outcomes());
        await WriteAsync("{}");
        Assert.Equal(1, await _backend.AttemptsAsync(channel));
        Assert.Single(_logs.Named("LogRefused"));
    }

    [Fact]
    public async Task A_file_that_vanishes_leaves_the_config_as_it_is_and_is_read_when_it_is_back()
    {
        using var channel = Open(Configured.Retries(3));
        File.Delete(_file);
        await Eventually.True(() => _logs.Named("LogAway").Count == 1, "it is missed");
        Assert.Equal(3, await _backend.AttemptsAsync(channel));

        await WriteAsync(Configured.Retries(2));
        Assert.Equal(2, await _backend.AttemptsAsync(channel));
        Assert.Single(_logs.Named("LogBack"));
        Assert.Single(_logs.Named("LogAway"));
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
        await Eventually.True(() => _logs.Named("LogApplied").Count == 1, "the new version is applied");
        Assert.Equal(3, await _backend.AttemptsAsync(channel));
        Assert.Empty(_logs.Named("LogAway"));

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

        await Eventually.True(() => channel.OpenChannels == 1, "all channels of before are closed");
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_channel_that_was_replaced_lives_until_its_last_call_has_ended(CallKind kind)
    {
        using var channel = Open("{}");
        var release = new TaskCompletionSource();
        _backend.Observer.OnCall = _ => release.Task;
        var call = new CallDriver(channel.Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
        await Eventually.True(() => _backend.Observer.Running == 1, "the call runs");

        await WriteAsync(Configured.Retries(2));
        Assert.Equal(2, channel.OpenChannels);
        release.SetResult();
        Assert.Equal(StatusCode.OK, await call);
        await Eventually.True(() => channel.OpenChannels == 1, "the channel of before is closed");
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task However_a_call_ends_its_channel_is_closed(CallKind kind, CallEnd end)
    {
        using var channel = Open("{}");
        await RunAsync(channel, kind, end);
        await WriteAsync(Configured.Retries(2));

        await Eventually.True(
            () =>
            {
                if (end >= CallEnd.AbandonedThenCancelled)
                    GC.Collect();
                return channel.OpenChannels == 1;
            },
            "the channel of before is closed");
    }

    // A method of its own, so that nothing of an abandoned call is left on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task RunAsync(ConfiguredChannel channel, CallKind kind, CallEnd end)
    {
        var started = Eventually.True(() => _backend.Calls > 0, "the call runs");
        Assert.Equal(CallDriver.Expected(end), await new CallDriver(channel.Client()).RunAsync(kind, end, () => started));
        await started;
    }

    public static CallMatrix Ends => [];

    [Fact]
    public async Task Who_keeps_only_the_requests_of_a_call_keeps_its_channel()
    {
        using var channel = Open("{}");
        var requests = await OpenDuplexAsync(channel);
        await WriteAsync(Configured.Retries(2));
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await channel.Client().UnaryAsync(new ProbeRequest());
        }

        Assert.Equal(2, channel.OpenChannels);
        await requests.WriteAsync(new ProbeRequest());
        await requests.CompleteAsync();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<IClientStreamWriter<ProbeRequest>> OpenDuplexAsync(ConfiguredChannel channel)
    {
        var requests = channel.Client().Duplex().RequestStream;
        await requests.WriteAsync(new ProbeRequest());
        return requests;
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

    [Fact]
    public void Disposing_closes_every_channel_and_later_versions_open_none()
    {
        File.WriteAllText(_file, "{}");
        var channel = Configured.Open(_backend.Address, Options(), Logger());
        channel.Dispose();
        channel.Dispose();

        Assert.Equal(0, channel.OpenChannels);
        Assert.ThrowsAny<Exception>(() => channel.Client().Unary(new ProbeRequest()));
    }

    private ConfiguredChannel Open(string json)
    {
        File.WriteAllText(_file, json);
        return Configured.Open(_backend.Address, Options(), Logger(), _meters);
    }

    private ServiceConfigOptions Options() => new() { File = _file, FilePollInterval = TimeSpan.FromMilliseconds(10) };

    private Microsoft.Extensions.Logging.ILogger Logger() => _logs.CreateLogger("test");

    /// <summary>Replaces the file, and waits until it has been noticed.</summary>
    private async Task WriteAsync(string json, string noticed = "LogApplied")
    {
        var before = _logs.Named(noticed).Count;
        var next = _file + ".new";
        await File.WriteAllTextAsync(next, json);
        File.Move(next, _file, overwrite: true);
        await Eventually.True(() => _logs.Named(noticed).Count > before, "the new version is noticed");
    }

    private List<object?> Outcomes() => [.. _meters.Of(ServiceConfigMetrics.Updates).Select(m => m.Tags[ServiceConfigMetrics.Outcome])];
}
