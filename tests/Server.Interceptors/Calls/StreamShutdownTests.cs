using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

/// <summary>With an option, streams end by themselves when the server stops.</summary>
public sealed class StreamShutdownTests
{
    [Theory]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 15")]
    public async Task A_stream_ends_with_Unavailable_though_its_handler_knows_nothing_of_it(CallKind kind)
    {
        await using var server = await StartAsync();
        var call = OpenAsync(server.Client(), kind);
        await Eventually.True(() => server.Observer.Running == 1, "the handler runs");

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var error = await Assert.ThrowsAsync<RpcException>(() => call);

        Assert.Equal((StatusCode.Unavailable, "The server is shutting down."), (error.StatusCode, error.Status.Detail));
        await Eventually.True(() => server.Logs.Named("CallEnded").Count == 1, "the call is logged");
        Assert.Equal(StatusCode.Unavailable, server.Logs.Named("CallEnded")[0].Fields["Status"]);
        Assert.Equal("The server is shutting down.", server.Logs.Named("CallEnded")[0].Fields["Detail"]);
    }

    [Theory]
    [InlineData("another token")]
    [InlineData("another method")]
    [InlineData("an upload")]
    [Trait("case", "interceptors 15")]
    public async Task It_goes_on_where_it_is_not_meant(string why)
    {
        using var draining = new CancellationTokenSource();
        await using var server = await StartAsync(options =>
        {
            if (why == "another token")
                options.Stopping = _ => draining.Token;
            if (why == "another method")
                options.Methods.Add("interceptors.testing.Probe/ServerStream");
        });
        using var upload = why == "an upload" ? server.Client().ClientStream() : null;
        using var duplex = why == "an upload" ? null : server.Client().Duplex();
        await Eventually.True(() => server.Observer.Running == 1, "the handler runs");

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        if (upload is not null)
        {
            await upload.RequestStream.CompleteAsync();
            await upload;
            return;
        }
        await duplex!.RequestStream.WriteAsync(new ProbeRequest { Responses = 1 });
        Assert.True(await duplex.ResponseStream.MoveNext(default));
        if (why == "another method")
            return;

        await draining.CancelAsync();
        Assert.Equal(
            StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => duplex.ResponseStream.MoveNext(default))).StatusCode);
    }

    [Fact]
    public void A_wrong_pattern_is_refused() => Assert.Contains(
        "StreamShutdownOptions.Methods: 'a b' is no pattern",
        Assert.Throws<ArgumentException>(() => new StreamShutdownInterceptor(
            new ServiceCollection().BuildServiceProvider(), Options.Create(new StreamShutdownOptions { Methods = { "a b" } }))).Message,
        StringComparison.Ordinal);

    private static async Task OpenAsync(Probe.ProbeClient client, CallKind kind)
    {
        using var download = kind == CallKind.ServerStreaming
            ? client.ServerStream(new ProbeRequest { Responses = 1, Ending = Ending.Hang })
            : null;
        using var duplex = kind == CallKind.Duplex ? client.Duplex() : null;
        var responses = download?.ResponseStream ?? duplex!.ResponseStream;
        while (await responses.MoveNext(default))
        {
        }
    }

    private static Task<ProbeServer> StartAsync(Action<StreamShutdownOptions>? configure = null) => ProbeServer.StartAsync(
        services => services.AddServerInterceptors().AddStandard().AddStreamShutdown(configure));
}
