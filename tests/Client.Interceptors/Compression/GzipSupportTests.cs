using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

/// <summary>Servers that do not take gzip, as those of other languages may not.</summary>
public sealed class GzipSupportTests : IAsyncLifetime
{
    private readonly RequestFrames _wire = new();
    private readonly LogCapture _logs = new();
    private readonly ManualTime _time = new();
    private ProbeServer _server = null!;
    private ClientCompressionInterceptor _compression = null!;

    public async ValueTask InitializeAsync()
    {
        _compression = new ClientCompressionInterceptor(
            null, new LoggerFactory([_logs]).CreateLogger<ClientCompressionInterceptor>(), _time);
        _server = await ProbeServer.StartAsync(services =>
        {
            services.AddSingleton<IStartupFilter>(_wire);
            services.Configure<GrpcServiceOptions>(options => options.CompressionProviders = []);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _logs.Dispose();
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    public async Task A_refused_unary_call_is_sent_again_uncompressed_and_so_are_the_next_ones(CallKind kind)
    {
        await Client().SendAsync(kind, requests: Sized.Request(5000));
        await Client().SendAsync(kind, requests: Sized.Request(5000));

        Assert.Equal(["gzip", "", ""], _wire.Encodings);
        var line = Assert.Single(_logs.Named("GzipRefused"));
        Assert.Equal("interceptors.testing.Probe", line.Fields["Service"]);
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_stream_is_not_compressed_before_its_service_is_known_to_take_it(CallKind kind)
    {
        await Client().SendAsync(kind, requests: Sized.Request(5000));

        Assert.Equal([""], _wire.Encodings);
    }

    [Theory]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_stream_that_is_refused_fails_once(CallKind kind)
    {
        var options = new ClientCompressionOptions();
        options.Methods.Add("*");
        var client = _server.Client(channel => channel.Intercept(new ClientCompressionInterceptor(Options.Create(options))));

        var error = await Assert.ThrowsAsync<RpcException>(() => client.SendAsync(kind, requests: Sized.Request(5000)));
        await client.SendAsync(kind, requests: Sized.Request(5000));

        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
        Assert.Equal(["gzip", ""], _wire.Encodings);
    }

    [Fact]
    public async Task After_ten_minutes_it_is_tried_again()
    {
        await Client().SendAsync(CallKind.Unary, requests: Sized.Request(5000));
        _time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        await Client().SendAsync(CallKind.Unary, requests: Sized.Request(5000));

        Assert.Equal(["gzip", "", "gzip", ""], _wire.Encodings);
    }

    [Fact]
    public async Task What_the_caller_asked_for_is_his_to_answer_for()
    {
        var gzip = new CallOptions(new Metadata { { "grpc-internal-encoding-request", "gzip" } });

        var error = await Assert.ThrowsAsync<RpcException>(() => Client().SendAsync(CallKind.Unary, gzip, Sized.Request(5000)));

        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
        Assert.Equal(["gzip"], _wire.Encodings);
    }

    [Fact]
    public async Task An_unknown_method_is_no_refusal()
    {
        var bytes = Marshallers.Create(static (byte[] data) => data, static data => data);
        var unknown = new Method<byte[], byte[]>(MethodType.Unary, "interceptors.testing.Probe", "Nowhere", bytes, bytes);

        await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Channel.Intercept(_compression).AsyncUnaryCall(unknown, null, default, new byte[5000]));

        Assert.Equal(["gzip"], _wire.Encodings);
        Assert.Empty(_logs.Named("GzipRefused"));
    }

    private Probe.ProbeClient Client() => _server.Client(channel => channel.Intercept(_compression));
}
