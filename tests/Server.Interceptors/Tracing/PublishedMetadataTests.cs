using Grpc.Core;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>The metadata of <see cref="IncomingCall.Current"/>, which is made when somebody asks for it.</summary>
public sealed class PublishedMetadataTests : IAsyncLifetime
{
    private readonly List<IncomingCall> _calls = [];
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddTraceMetadata());
        _server.Observer.OnCall = _ =>
        {
            _calls.Add(IncomingCall.Current!);
            return Task.CompletedTask;
        };
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Work_that_outlives_its_call_finds_what_may_join_and_nothing_of_another_call()
    {
        await _server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-md-global-tenant", "first" } });
        await _server.Client().UnaryAsync(new ProbeRequest());
        await _server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-md-global-tenant", "third" } });

        Assert.Equal(["first", null, "third"], _calls.Select(call => call.Metadata.GetValue("x-md-global-tenant")));
    }

    [Theory]
    [InlineData(CallEnd.Success)]
    [InlineData(CallEnd.Error)]
    [InlineData(CallEnd.Exception)]
    [InlineData(CallEnd.Deadline)]
    public async Task However_a_call_ends_nothing_of_another_call_is_found_later(CallEnd end)
    {
        await new CallDriver(_server.Client()).RunAsync(CallKind.Unary, end, static () => Task.CompletedTask);
        await Eventually.True(() => _server.Observer.Running == 0, "the handler has ended");
        for (var i = 0; i < 10; i++)
            await _server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-md-global-tenant", "another" } });

        Assert.Empty(_calls[0].Metadata);
    }

    [Fact]
    public async Task What_was_asked_for_in_time_stays()
    {
        Metadata? seen = null;
        _server.Observer.OnCall = _ =>
        {
            _calls.Add(IncomingCall.Current!);
            seen = IncomingCall.Current!.Metadata;
            return Task.CompletedTask;
        };

        await _server.Client().UnaryAsync(new ProbeRequest());

        Assert.StartsWith("grpc-dotnet/", seen!.GetValue("user-agent"), StringComparison.Ordinal);
        Assert.Same(seen, Assert.Single(_calls).Metadata);
    }

    [Fact]
    public async Task Many_readers_at_once_get_the_same_metadata()
    {
        Metadata[] seen = [];
        _server.Observer.OnCall = async _ =>
            seen = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => IncomingCall.Current!.Metadata)));

        await _server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-a", "1" } });

        Assert.All(seen, metadata => Assert.Same(seen[0], metadata));
        Assert.Equal("1", seen[0].GetValue("x-a"));
    }

    [Fact]
    public async Task Binary_values_that_share_a_line_keep_their_order_and_transport_headers_are_no_metadata()
    {
        await WireCall.SendAsync(
            _server, "Unary", [new ProbeRequest()],
            ("x-a", "1, 2"), ("x-b-bin", "AQ, Ag==,AwQ"), ("grpc-accept-encoding", "gzip"), ("x-empty", ""));

        var metadata = Assert.Single(_calls).Metadata;
        Assert.Equal("1, 2", metadata.GetValue("x-a"));
        Assert.Equal([[1], [2], [3, 4]], metadata.GetAll("x-b-bin").Select(entry => entry.ValueBytes));
        Assert.Equal("", metadata.GetValue("x-empty"));
        Assert.DoesNotContain(
            metadata, entry => entry.Key is "te" or "content-type" or "host" || entry.Key.StartsWith("grpc-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Malformed_headers_are_left_out_and_fail_nothing()
    {
        await WireCall.SendAsync(
            _server, "Unary", [new ProbeRequest()], ("x-odd-bin", "!!"), ("x!odd", "1"), ("x-short-bin", "A"), ("x-good", "1"));

        var metadata = Assert.Single(_calls).Metadata;
        Assert.Equal("1", metadata.GetValue("x-good"));
        Assert.DoesNotContain(metadata, entry => entry.Key.Contains("odd", StringComparison.Ordinal) || entry.Key == "x-short-bin");
    }
}
