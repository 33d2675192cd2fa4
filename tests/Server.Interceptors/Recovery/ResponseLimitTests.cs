using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>A response that a client can't accept costs the whole connection; nothing that a handler does may bring that about.</summary>
public sealed class ResponseLimitTests : IAsyncLifetime
{
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddStandard());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static TheoryData<CallKind, string> Cases { get; } = [.. from kind in Enum.GetValues<CallKind>()
        from what in new[] { "text", "unicode", "trailer", "many trailers", "own trailers", "status without exception" }
        select new TheoryDataRow<CallKind, string>(kind, what)];

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("case", "interceptors 6")]
    public async Task The_status_is_kept_and_other_streams_live(CallKind kind, string what)
    {
        using var other = _server.Client().ServerStream(new ProbeRequest { Responses = 1, Ending = Ending.Hang });
        Assert.True(await other.ResponseStream.MoveNext(default));
        _server.Observer.OnCall = context => Throw(what, context);

        var error = await Assert.ThrowsAsync<RpcException>(() => TwoHops.CallAsync(_server.Client(), kind));

        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.InRange(error.Status.Detail.Length, 1, 4096);
        Assert.InRange(error.Trailers.Sum(static entry => entry.Key.Length + entry.ValueBytes.Length), 1, 8192);
        Assert.Equal("1", error.Trailers.GetValue("x-small"));
        Assert.Equal(1, _server.Observer.Running);
        Assert.Equal(what is "trailer" or "many trailers" or "own trailers", _server.Logs.Named("TrailerTooLarge").Count > 0);
    }

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 6")]
    public async Task Trailers_of_a_success_are_bounded_too(CallKind kind)
    {
        _server.Observer.OnCall = static context =>
        {
            context.ResponseTrailers.Add("x-large", new string('x', 1_000_000));
            context.ResponseTrailers.Add("x-odd", "a\nb");
            return Task.CompletedTask;
        };

        await TwoHops.CallAsync(_server.Client(), kind);

        Assert.Single(_server.Logs.Named("TrailerTooLarge"));
        Assert.Single(_server.Logs.Named("TrailerDropped"));
    }

    [Theory]
    [InlineData("a\r\nb\u001b[31mc\u0085d\u2028e\u202ef\0g", "a\r\nb?[31mc?d?e?f?g")]
    [InlineData("Zoë 👩‍👩‍👧", "Zoë 👩‍👩‍👧")]
    [Trait("case", "interceptors 7")]
    [Trait("case", "security 7")]
    public async Task A_text_has_no_control_characters_but_line_ends_and_tabs(string thrown, string read)
    {
        _server.Observer.OnCall = _ => throw new RpcException(new Status(StatusCode.NotFound, thrown));

        var error = await Assert.ThrowsAsync<RpcException>(() => TwoHops.CallAsync(_server.Client(), CallKind.Unary));

        Assert.Equal(read, error.Status.Detail);
    }

    [Fact]
    [Trait("case", "interceptors 7")]
    [Trait("case", "security 7")]
    public async Task A_text_is_one_bounded_log_line()
    {
        _server.Observer.OnCall = _ => throw new RpcException(
            new Status(StatusCode.NotFound, "a\r\nfake: line\u001b[2J\u0085\u2028\u202e" + new string('x', 6000)));

        await Assert.ThrowsAsync<RpcException>(() => TwoHops.CallAsync(_server.Client(), CallKind.Unary));
        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");

        var line = Assert.Single(_server.Logs.Named("CallEnded"));
        Assert.StartsWith("a  fake: line?[2J???xxx", (string)line.Fields["Detail"]!, StringComparison.Ordinal);
        Assert.InRange(line.Message.Length, 1000, 1500);
        Assert.DoesNotContain(line.Message, static c => char.IsControl(c) || c is '\u2028' or '\u202e');
    }

    private static Task Throw(string what, ServerCallContext context)
    {
        var trailers = new Metadata { { "x-small", "1" } };
        var text = "not now";
        switch (what)
        {
            case "text":
                text = new string('x', 70_000);
                break;
            case "unicode":
                text = string.Concat(Enumerable.Repeat("👾ä\n", 10_000));
                break;
            case "trailer":
                trailers.Add("x-large-bin", new byte[1_000_000]);
                break;
            case "many trailers":
                for (var i = 0; i < 5000; i++)
                    trailers.Add("x-many", "value");
                break;
            case "own trailers":
                context.ResponseTrailers.Add("x-large", new string('x', 1_000_000));
                break;
            default:
                context.Status = new Status(StatusCode.FailedPrecondition, new string('x', 70_000));
                context.ResponseTrailers.Add("x-small", "1");
                return Task.CompletedTask;
        }
        throw new RpcException(new Status(StatusCode.FailedPrecondition, text), trailers);
    }
}
