using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Compression;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

public sealed class BoundedGzipExtensionsTests
{
    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_request_beyond_the_bound_fails_through_all_interceptors(CallKind kind)
    {
        // "hello" and the number of responses are 9 bytes.
        await using var within = await StartAsync(9);
        await using var beyond = await StartAsync(8);

        Assert.Equal(StatusCode.OK, await new CallDriver(Client(within, "gzip")).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        Assert.Equal(
            StatusCode.ResourceExhausted,
            await new CallDriver(Client(beyond, "gzip")).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
        Assert.Equal(
            StatusCode.OK, await new CallDriver(Client(beyond, "identity")).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
    }

    [Fact]
    public async Task The_caller_reads_the_bound_and_what_to_change()
    {
        await using var server = await StartAsync(1000);

        var error = await Assert.ThrowsAsync<RpcException>(
            () => Client(server, "gzip").UnaryAsync(new ProbeRequest { Text = new string('a', 2000) }).ResponseAsync);

        Assert.Equal(
            "A received gzip message is larger than 1000 bytes when decompressed (UseBoundedGzip, maxDecompressedBytes).",
            error.Status.Detail);
    }

    [Fact]
    public async Task Deflate_which_has_no_bound_is_not_accepted()
    {
        await using var server = await StartAsync(1000);

        var error = await Assert.ThrowsAsync<RpcException>(
            () => Client(server, "deflate").UnaryAsync(new ProbeRequest { Text = "a" }).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_replaces_the_built_in_providers_before_and_after_AddGrpc_and_keeps_others(bool first)
    {
        var services = new ServiceCollection();
        if (!first)
            services.AddGrpc();
        services.Configure<GrpcServiceOptions>(options => options.CompressionProviders.Add(new Other()));
        services.Configure<GrpcServiceOptions>(options => options.UseBoundedGzip().UseBoundedGzip(1000));
        if (first)
            services.AddGrpc();

        var providers = services.BuildServiceProvider().GetRequiredService<IOptions<GrpcServiceOptions>>().Value.CompressionProviders;

        Assert.Equal(["gzip", "other"], providers.Select(provider => provider.EncodingName));
        Assert.Equal(1000, Assert.IsType<BoundedGzipCompressionProvider>(providers[0]).MaxDecompressedBytes);
    }

    [Fact]
    public void The_options_of_one_service_do_not_change_those_of_all()
    {
        var services = new ServiceCollection();
        services.AddGrpc().AddServiceOptions<ProbeService>(options => options.UseBoundedGzip());
        using var provider = services.BuildServiceProvider();

        var one = provider.GetRequiredService<IOptions<GrpcServiceOptions<ProbeService>>>().Value.CompressionProviders;
        var all = provider.GetRequiredService<IOptions<GrpcServiceOptions>>().Value.CompressionProviders;

        Assert.Contains(one, provider => provider is BoundedGzipCompressionProvider);
        Assert.DoesNotContain(all, provider => provider is BoundedGzipCompressionProvider);
    }

    [Fact]
    public void A_negative_bound_is_refused() =>
        Assert.Equal(
            "maxDecompressedBytes",
            Assert.Throws<ArgumentOutOfRangeException>(() => new GrpcServiceOptions().UseBoundedGzip(-1)).ParamName);

    private static Task<ProbeServer> StartAsync(int bound) => ProbeServer.StartAsync(services =>
    {
        services.AddServerInterceptors().AddStandard();
        services.Configure<GrpcServiceOptions>(options => options.UseBoundedGzip(bound));
    });

    private static Probe.ProbeClient Client(ProbeServer server, string encoding) =>
        new(server.Channel.Intercept(_ => new Metadata { { "grpc-internal-encoding-request", encoding } }));

    private sealed class Other : ICompressionProvider
    {
        public string EncodingName => "other";

        public Stream CreateCompressionStream(Stream stream, System.IO.Compression.CompressionLevel? compressionLevel) => stream;

        public Stream CreateDecompressionStream(Stream stream) => stream;
    }
}
