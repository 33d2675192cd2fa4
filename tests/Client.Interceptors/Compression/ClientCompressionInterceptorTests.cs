using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class ClientCompressionInterceptorTests : IAsyncLifetime
{
    private const string EncodingKey = "grpc-internal-encoding-request";
    private readonly RequestFrames _wire = new();
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await ProbeServer.StartAsync(services => services.AddSingleton<IStartupFilter>(_wire));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task From_the_minimum_size_on_requests_cross_the_wire_compressed(CallKind kind)
    {
        var client = Client(All());
        foreach (var size in new[] { 0, 1023, 1024, 1025, 100_000 })
            await client.SendAsync(kind, requests: Sized.Request(size));

        Assert.Equal([new(false, 0), new(false, 1023)], _wire.All.Take(2));
        Assert.All(_wire.All.Skip(2), frame => Assert.True(frame is { IsCompressed: true, Length: < 1000 }));
        Assert.Equal(5, _wire.All.Count);
        Assert.All(_wire.Encodings.Skip(2), encoding => Assert.Equal("gzip", encoding));
    }

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_minimum_size_of_zero_compresses_everything(CallKind kind)
    {
        await Client(All(minimumSize: 0)).SendAsync(kind, requests: new ProbeRequest());

        Assert.True(Assert.Single(_wire.All).IsCompressed);
    }

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task Every_call_ends_as_it_does_without(CallKind kind, CallEnd end)
    {
        var recorder = new RecordingInterceptor();
        var all = Options.Create(All());
        var alone = new ClientCompressionInterceptor(all);
        foreach (var interceptor in new[] { alone, ClientInterceptors.Combine(recorder, new ClientCompressionInterceptor(all)) })
        {
            var driver = new CallDriver(_server.Client(channel => channel.Intercept(interceptor)));

            var seen = await driver.RunAsync(kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

            Assert.Equal(CallDriver.Expected(end), seen);
            if (end == CallEnd.AbandonedForEver)
                GC.Collect();
            else
                await Eventually.True(() => _server.Observer.Running == 0, "the handler ends");
        }
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task Each_message_of_a_stream_is_decided_on_by_itself(CallKind kind)
    {
        var sizes = new[] { 10, 5000, 10, 5000, 5000, 1023, 1024 };
        await Client(All()).SendAsync(kind, requests: sizes.Select(Sized.Request));

        Assert.Equal([false, true, false, true, true, false, true], _wire.All.Select(frame => frame.IsCompressed));
    }

    [Fact]
    public async Task What_the_caller_says_on_a_stream_wins_and_is_all_that_he_reads_there()
    {
        using var call = Client(All()).ClientStream();
        var stream = call.RequestStream;
        await stream.WriteAsync(Sized.Request(10));
        Assert.Null(stream.WriteOptions);

        var uncompressed = new WriteOptions(WriteFlags.NoCompress);
        stream.WriteOptions = uncompressed;
        await stream.WriteAsync(Sized.Request(5000));
        Assert.Same(uncompressed, stream.WriteOptions);

        stream.WriteOptions = null;
        await stream.WriteAsync(Sized.Request(5000), CancellationToken.None);
        await stream.CompleteAsync();
        await call;

        Assert.Equal([false, false, true], _wire.All.Select(frame => frame.IsCompressed));
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task What_the_caller_says_for_the_call_wins(CallKind kind)
    {
        var client = Client(All());
        var identity = new Metadata { { EncodingKey, "identity" } };
        var gzip = new Metadata { { EncodingKey, "gzip" } };

        await client.SendAsync(kind, new CallOptions(identity), Sized.Request(5000));
        await client.SendAsync(kind, new CallOptions(gzip), Sized.Request(10));
        await client.SendAsync(kind, new CallOptions().WithWriteOptions(new WriteOptions(WriteFlags.NoCompress)), Sized.Request(5000));

        Assert.Equal([false, true, false], _wire.All.Select(frame => frame.IsCompressed));
        Assert.Equal(["identity", "gzip"], _wire.Encodings.Take(2));
        Assert.Single(identity);
        Assert.Single(gzip);
    }

    [Fact]
    public async Task The_callers_other_flags_stay()
    {
        var kept = new Sized.Kept();
        var client = _server.Client(channel => channel.Intercept(new ClientCompressionInterceptor(), kept));
        var buffered = new WriteOptions(WriteFlags.BufferHint);

        await client.UnaryAsync(Sized.Request(10), new CallOptions(writeOptions: buffered));
        Assert.Equal(WriteFlags.BufferHint | WriteFlags.NoCompress, kept.Last.WriteOptions!.Flags);

        await client.UnaryAsync(Sized.Request(5000), new CallOptions(writeOptions: buffered));
        Assert.Same(buffered, kept.Last.WriteOptions);
    }

    [Fact]
    public async Task A_small_request_stays_uncompressed_when_someone_further_in_chooses_gzip()
    {
        var client = new Probe.ProbeClient(_server.Channel
            .Intercept(metadata => [.. metadata, new Metadata.Entry(EncodingKey, "gzip")])
            .Intercept(new ClientCompressionInterceptor()));

        await client.UnaryAsync(Sized.Request(10));

        Assert.Equal(new Frame(false, 10), Assert.Single(_wire.All));
        Assert.Equal(["gzip"], _wire.Encodings);
    }

    [Fact]
    public async Task A_request_whose_size_is_unknown_is_compressed()
    {
        var bytes = Marshallers.Create(static (byte[] data) => data, static data => data);
        var unary = new Method<byte[], byte[]>(MethodType.Unary, "interceptors.testing.Probe", "Unary", bytes, bytes);
        var upload = new Method<byte[], byte[]>(MethodType.ClientStreaming, "interceptors.testing.Probe", "ClientStream", bytes, bytes);
        var invoker = _server.Channel.Intercept(new ClientCompressionInterceptor());

        await invoker.AsyncUnaryCall(unary, null, default, [10, 1, 65]);
        using var call = invoker.AsyncClientStreamingCall(upload, null, default);
        await call.RequestStream.WriteAsync([10, 1, 65]);
        await call.RequestStream.CompleteAsync();
        await call;

        Assert.Equal([true, true], _wire.All.Select(frame => frame.IsCompressed));
    }

    [Theory]
    [InlineData(new string[0], new string[0], true, true)] // the unary call has shown that the service takes it
    [InlineData(new[] { "interceptors.testing.Probe/Unary" }, new string[0], true, false)]
    [InlineData(new string[0], new[] { "interceptors.testing.Probe/Unary" }, false, false)]
    [InlineData(new[] { "*" }, new[] { "interceptors.testing.Probe/Unary" }, false, true)]
    [InlineData(new[] { "interceptors.testing.*" }, new[] { "/interceptors.testing.Probe/ServerStream" }, true, false)]
    [InlineData(new[] { "*" }, new[] { "*" }, false, false)]
    public async Task Methods_are_chosen_and_excluded(string[] methods, string[] excluded, bool unary, bool serverStream)
    {
        var options = new ClientCompressionOptions();
        foreach (var method in methods)
            options.Methods.Add(method);
        foreach (var method in excluded)
            options.ExcludedMethods.Add(method);
        var client = Client(options);

        await client.SendAsync(CallKind.Unary, requests: Sized.Request(5000));
        await client.SendAsync(CallKind.ServerStreaming, requests: Sized.Request(5000));

        Assert.Equal([unary, serverStream], _wire.All.Select(frame => frame.IsCompressed));
    }

    [Fact]
    public async Task Switched_off_it_compresses_nothing()
    {
        await Client(new() { Enabled = false }).SendAsync(CallKind.Unary, requests: Sized.Request(5000));

        Assert.Equal(new Frame(false, 5000), Assert.Single(_wire.All));
        Assert.Equal([""], _wire.Encodings);
    }

    [Fact]
    public async Task Metadata_that_a_thousand_calls_share_stays_as_it_is()
    {
        var client = Client();
        var shared = new Metadata { { "x-mine", "1" } };

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => client.UnaryAsync(Sized.Request(2000), shared).ResponseAsync));

        Assert.Equal("x-mine", Assert.Single(shared).Key);
        Assert.All(_wire.All, frame => Assert.True(frame.IsCompressed));
    }

    [Fact]
    public async Task Headers_trailers_and_status_of_a_stream_can_be_read_as_without()
    {
        var client = Client(All());
        using var upload = client.ClientStream();
        await upload.RequestStream.WriteAsync(new ProbeRequest { Ending = Ending.ThrowStatus });
        await Assert.ThrowsAsync<RpcException>(() => upload.ResponseAsync);
        Assert.Equal(StatusCode.NotFound, upload.GetStatus().StatusCode);
        Assert.Equal("kept", upload.GetTrailers().GetValue(ProbeService.TrailerKey));

        using var duplex = client.Duplex();
        await duplex.RequestStream.WriteAsync(new ProbeRequest { Responses = 1 });
        Assert.NotNull(await duplex.ResponseHeadersAsync);
        Assert.True(await duplex.ResponseStream.MoveNext(default));
        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, duplex.GetStatus().StatusCode);
        Assert.Empty(duplex.GetTrailers());
    }

    /// <summary>Options that say of all methods that their servers take gzip.</summary>
    private static ClientCompressionOptions All(int minimumSize = 1024)
    {
        var options = new ClientCompressionOptions { MinimumSize = minimumSize };
        options.Methods.Add("*");
        return options;
    }

    private Probe.ProbeClient Client(ClientCompressionOptions? options = null) =>
        _server.Client(channel => channel.Intercept(new ClientCompressionInterceptor(options is null ? null : Options.Create(options))));
}
