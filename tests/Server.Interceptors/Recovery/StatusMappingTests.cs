using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RpcStatus = Google.Rpc.Status;

namespace Interceptors.Server.Tests;

public sealed class StatusMappingTests
{
    public static TheoryData<StatusCode> Failures { get; } = [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task A_mapped_exception_ends_all_kinds_of_call(CallKind kind)
    {
        await using var server = await StartAsync(options => options.Map<InvalidOperationException>(StatusCode.Aborted));

        var seen = await new CallDriver(server.Client()).RunAsync(kind, CallEnd.Exception, () => Task.CompletedTask);

        Assert.Equal(StatusCode.Aborted, seen);
    }

    [Fact]
    public async Task After_messages_were_streamed_a_mapped_status_still_arrives_with_its_details()
    {
        await using var server = await StartAsync(
            options => options.Map<InvalidOperationException>((_, _) => RichErrorTests.Rich("streamed")));
        using var call = server.Client().ServerStream(new ProbeRequest { Responses = 3, Ending = Ending.ThrowException });
        for (var i = 0; i < 3; i++)
            Assert.True(await call.ResponseStream.MoveNext(default));

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));

        Assert.Equal("streamed", error.Status.Detail);
        Assert.NotNull(error.Trailers.GetValueBytes("grpc-status-details-bin"));
    }

    [Fact]
    public async Task The_mapping_of_the_most_derived_type_wins_whatever_the_order()
    {
        await using var server = await StartAsync(options => options
            .Map<MoreSecretException>(StatusCode.DataLoss).Map<Exception>(StatusCode.Unavailable).Map<SecretException>(StatusCode.Aborted));

        Assert.Equal(StatusCode.DataLoss, await StatusOf(server, new MoreSecretException()));
        Assert.Equal(StatusCode.Aborted, await StatusOf(server, new SecretException()));
        Assert.Equal(StatusCode.Unavailable, await StatusOf(server, new IOException()));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOf(server, new ArgumentNullException()));
    }

    [Fact]
    public async Task A_later_mapping_replaces_an_earlier_one_and_the_defaults()
    {
        await using var server = await StartAsync(options => options
            .Map<ArgumentException>(StatusCode.Aborted).Map<ArgumentException>(StatusCode.Internal));

        Assert.Equal(StatusCode.Internal, await StatusOf(server, new ArgumentException()));
    }

    [Fact]
    public async Task A_mapping_sees_the_call()
    {
        await using var server = await StartAsync(options =>
            options.Map<SecretException>(
                (_, context) => new RpcStatus { Code = 9, Message = context.RequestHeaders.GetValue("x-locale") }));
        server.Observer.OnCall = static _ => throw new SecretException();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client().UnaryAsync(new ProbeRequest(), new Metadata { { "x-locale", "fr" } }));

        Assert.Equal(new Status(StatusCode.FailedPrecondition, "fr"), new Status(error.StatusCode, error.Status.Detail));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Every_status_has_a_text_of_its_own_and_is_logged_at_Error_where_the_server_is_at_fault(StatusCode status)
    {
        await using var server = await StartAsync(options => options.Map<SecretException>(status));

        var error = await Failure(server, new SecretException());

        Assert.Equal(status, error.StatusCode);
        Assert.NotEmpty(error.Status.Detail);
        var line = Assert.Single(server.Logs.Lines, line => line.Category == typeof(RecoveryInterceptor).FullName);
        Assert.IsType<SecretException>(line.Exception);
        Assert.Equal("/interceptors.testing.Probe/Unary", line.Fields["Method"]);
        Assert.NotNull(line.Fields["TraceId"]);
        var isServersFault = status is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented
            or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss;
        Assert.Equal(isServersFault ? LogLevel.Error : LogLevel.Information, line.Level);
    }

    [Fact]
    public async Task A_mapping_that_throws_is_logged_in_the_same_line_as_the_exception()
    {
        await using var server = await StartAsync(
            options => options.Map<SecretException>((_, _) => throw new IOException("in the mapping")));

        await Failure(server, new SecretException());

        var both = Assert.IsType<AggregateException>(Assert.Single(server.Logs.Named("HandlerFailed")).Exception);
        Assert.Equal([typeof(SecretException), typeof(IOException)], both.InnerExceptions.Select(inner => inner.GetType()));
        var report = Assert.Single(server.Logs.Named("MappingFailed"));
        Assert.Contains("SecretException (RecoveryOptions.Map) threw System.IO.IOException", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_timing_interceptor_sees_the_mapped_status()
    {
        await using var server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddStandard());

        await Failure(server, new KeyNotFoundException());

        Assert.Equal(StatusCode.NotFound, Assert.Single(server.Logs.Named("CallEnded")).Fields["Status"]);
    }

    [Fact]
    public async Task A_plain_interceptor_takes_its_options_from_DI_and_has_the_defaults_without()
    {
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddGrpc(options => options.Interceptors.Add<RecoveryInterceptor>());
            services.Configure<RecoveryOptions>(options => options.Map<SecretException>(StatusCode.Aborted));
        });

        Assert.Equal(StatusCode.Aborted, await StatusOf(server, new SecretException()));
        Assert.Equal(StatusCode.NotFound, await StatusOf(server, new KeyNotFoundException()));
    }

    private static Task<ProbeServer> StartAsync(Action<RecoveryOptions> configure) =>
        ProbeServer.StartAsync(services => services.AddServerInterceptors().AddTraceMetadata().AddRecovery(configure));

    private static async Task<StatusCode> StatusOf(ProbeServer server, Exception thrown) => (await Failure(server, thrown)).StatusCode;

    private static async Task<RpcException> Failure(ProbeServer server, Exception thrown)
    {
        server.Observer.OnCall = _ => throw thrown;
        return await Assert.ThrowsAsync<RpcException>(async () => await server.Client().UnaryAsync(new ProbeRequest()));
    }
}
