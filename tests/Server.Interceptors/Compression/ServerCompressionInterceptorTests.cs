using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

/// <summary>What goes over the wire, by the flag in front of each message.</summary>
public sealed class ServerCompressionInterceptorTests
{
    private static readonly string[] Methods = ["Unary", "ClientStream", "ServerStream", "Duplex"];
    private static readonly string Large = new('a', 2000);

    public static TheoryData<string, bool, bool> Cases { get; } = new(
        from method in Methods
        from accepts in new[] { true, false }
        from large in new[] { true, false }
        select (method, accepts, large));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Large_messages_are_compressed_for_callers_that_take_gzip(string method, bool accepts, bool large)
    {
        await using var server = await StartAsync();

        var call = await CallAsync(server, method, large ? Large : "small", accepts ? "gzip" : "identity");

        Assert.Equal("0", call["grpc-status"]);
        Assert.Equal(accepts ? "gzip" : null, call["grpc-encoding"]);
        Assert.NotEmpty(call.Messages);
        Assert.All(call.Messages, message => Assert.Equal(accepts && large, message.IsCompressed));
        Assert.All(call.Messages, message => Assert.Equal(large ? Large : "small", TextOf(message)));
    }

    [Fact]
    public async Task Each_message_of_a_stream_is_decided_on_by_itself()
    {
        await using var server = await StartAsync();

        var call = await WireCall.SendAsync(
            server, "Duplex", [Request("small"), Request(Large), Request("small")], ("grpc-accept-encoding", "gzip"));

        Assert.Equal([false, false, true, true, false, false], call.Messages.Select(message => message.IsCompressed));
    }

    [Theory]
    [InlineData("Unary")]
    [InlineData("ClientStream")]
    [InlineData("ServerStream")]
    [InlineData("Duplex")]
    public async Task An_excluded_method_is_not_compressed(string method)
    {
        await using var server = await StartAsync(options => options.ExcludedMethods.Add($"interceptors.testing.Probe/{method}"));

        foreach (var each in Methods)
        {
            var call = await CallAsync(server, each, Large);
            Assert.All(call.Messages, message => Assert.Equal(each != method, message.IsCompressed));
        }
    }

    [Fact]
    public async Task Only_chosen_methods_are_compressed()
    {
        await using var server = await StartAsync(options => options.Methods.Add("interceptors.testing.Probe/Duplex"));

        foreach (var each in Methods)
            Assert.All((await CallAsync(server, each, Large)).Messages, message => Assert.Equal(each == "Duplex", message.IsCompressed));
    }

    [Theory]
    [InlineData("Unary", WriteFlags.NoCompress, true, false)]
    [InlineData("ServerStream", WriteFlags.NoCompress, true, false)]
    [InlineData("ClientStream", default(WriteFlags), false, true)]
    [InlineData("Duplex", default(WriteFlags), false, true)]
    public async Task What_the_handler_chose_wins(string method, WriteFlags flags, bool large, bool compressed)
    {
        await using var server = await StartAsync();
        server.Observer.OnCall = context =>
        {
            context.WriteOptions = new WriteOptions(flags);
            return Task.CompletedTask;
        };

        var call = await CallAsync(server, method, large ? Large : "small");

        Assert.All(call.Messages, message => Assert.Equal(compressed, message.IsCompressed));
    }

    [Theory]
    [InlineData(1999, true)]
    [InlineData(0, true)]
    [InlineData(3000, false)]
    public async Task The_minimum_is_an_option(int minimum, bool compressed)
    {
        await using var server = await StartAsync(options => options.MinimumSize = minimum);

        Assert.All((await CallAsync(server, "Unary", Large)).Messages, message => Assert.Equal(compressed, message.IsCompressed));
    }

    [Fact]
    public async Task It_can_be_switched_off_by_configuration()
    {
        await using var server = await StartAsync(options => options.Enabled = false);

        var call = await CallAsync(server, "Duplex", Large);

        Assert.Null(call["grpc-encoding"]);
        Assert.All(call.Messages, message => Assert.False(message.IsCompressed));
    }

    [Fact]
    public async Task It_works_without_the_builder_too()
    {
        await using var server = await ProbeServer.StartAsync(services => services.AddGrpc(options =>
        {
            options.UseBoundedGzip(compressResponses: true);
            options.Interceptors.Add<ServerCompressionInterceptor>();
        }));

        Assert.True((await CallAsync(server, "Unary", Large)).Messages.Single().IsCompressed);
        Assert.False((await CallAsync(server, "Unary", "small")).Messages.Single().IsCompressed);
    }

    [Fact]
    public async Task Messages_are_still_counted_and_the_handlers_own_options_are_not_ours()
    {
        await using var server = await StartAsync();
        WriteOptions? seen = null;
        server.Observer.OnCall = context =>
        {
            seen = context.WriteOptions;
            return Task.CompletedTask;
        };

        await CallAsync(server, "Duplex", "small");

        Assert.Null(seen);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        Assert.Equal(2, server.Logs.Named("CallEnded").Single().Fields["Sent"]);
    }

    [Fact]
    public void A_bound_and_an_algorithm_that_are_set_stay()
    {
        var services = new ServiceCollection();
        services.AddGrpc(options =>
        {
            options.UseBoundedGzip(1000);
            options.ResponseCompressionAlgorithm = "identity";
        });
        services.AddServerInterceptors().AddCompression(options => options.MaxDecompressedBytes = 2000);

        var grpc = services.BuildServiceProvider().GetRequiredService<IOptions<GrpcServiceOptions>>().Value;

        Assert.Equal(1000, Assert.IsType<BoundedGzipCompressionProvider>(Assert.Single(grpc.CompressionProviders)).MaxDecompressedBytes);
        Assert.Equal("identity", grpc.ResponseCompressionAlgorithm);
    }

    [Fact]
    public async Task The_bound_of_requests_is_an_option_and_named_to_the_caller()
    {
        await using var server = await StartAsync(options => options.MaxDecompressedBytes = 1000);

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(
            Request(Large), new Metadata { { "grpc-internal-encoding-request", "gzip" } }).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Contains("(ServerCompressionOptions.MaxDecompressedBytes)", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_are_refused_with_their_name_and_the_fix()
    {
        var options = new ServerCompressionOptions { MinimumSize = -1, MaxDecompressedBytes = -2, Level = (CompressionLevel)9 };
        options.Methods.Add("a b");
        options.ExcludedMethods.Add("");

        var error = Assert.Throws<ArgumentException>(() => new ServerCompressionInterceptor(Options.Create(options)));

        string[] problems = ["MinimumSize is -1", "MaxDecompressedBytes is -2", "Level is 9", "Methods: 'a b'", "ExcludedMethods: ''"];
        foreach (var name in problems)
            Assert.Contains($"ServerCompressionOptions.{name}", error.Message, StringComparison.Ordinal);
    }

    private static Task<ProbeServer> StartAsync(Action<ServerCompressionOptions>? configure = null) =>
        ProbeServer.StartAsync(services => services.AddServerInterceptors().AddStandard().AddCompression(configure));

    private static Task<WireCall> CallAsync(ProbeServer server, string method, string text, string accepted = "gzip") =>
        WireCall.SendAsync(server, method, [Request(text)], ("grpc-accept-encoding", accepted));

    private static ProbeRequest Request(string text) => new() { Text = text, Responses = 2 };

    private static string TextOf(WireMessage message)
    {
        if (!message.IsCompressed)
            return ProbeResponse.Parser.ParseFrom(message.Bytes).Text;
        using var gzip = new GZipStream(new MemoryStream(message.Bytes), CompressionMode.Decompress);
        return ProbeResponse.Parser.ParseFrom(gzip).Text;
    }
}
