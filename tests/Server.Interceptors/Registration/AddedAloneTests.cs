using System.Diagnostics.Metrics;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

/// <summary>Each interceptor by gRPC's own registration alone, which makes a new one for each call.</summary>
public sealed class AddedAloneTests
{
    public static TheoryData<CallKind> Kinds { get; } = new(Enum.GetValues<CallKind>());

    public static TheoryData<string, string> WrongOptions { get; } = new()
    {
        { "trace", "TraceMetadataOptions.Key 'grpc-trace'" },
        { "timing", "ServerTimingOptions.SlowCallThreshold" },
        { "recovery", "RecoveryOptions.MaxTrailerBytes" },
        { "authentication", "TokenAuthenticationOptions.Realm" },
        { "limits", "LimitsOptions.MaxCallers" },
        { "compression", "ServerCompressionOptions.MinimumSize" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Trace_metadata_takes_the_callers_id_and_shows_it(CallKind kind)
    {
        await using var server = await StartAsync<ServerTraceMetadataInterceptor>(
            services => services.Configure<TraceMetadataOptions>(options => options.RepeatReceived = true));
        (string? Ambient, string? Header) seen = default;
        server.Observer.OnCall = context =>
        {
            seen = (IncomingCall.Current?.TraceId, context.GetHttpContext().Response.Headers["x-trace-id"]);
            return Task.CompletedTask;
        };

        var status = await CallAsync(server, kind, CallEnd.Success, ("x-trace-id", "alone"));

        Assert.Equal(StatusCode.OK, status);
        Assert.Equal(("alone", "alone"), seen);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Timing_logs_and_measures_each_call_once(CallKind kind)
    {
        using var meters = new MeterCapture(ServerTimingInterceptor.MeterName);
        await using var server = await StartAsync<ServerTimingInterceptor>(services => services.AddSingleton<IMeterFactory>(meters));

        await CallAsync(server, kind, CallEnd.Success);
        await CallAsync(server, kind, CallEnd.Error);

        await Eventually.True(() => server.Logs.Named("CallEnded").Count >= 2, "both calls are logged");
        Assert.Equal([StatusCode.OK, StatusCode.NotFound], server.Logs.Named("CallEnded").Select(line => line.Fields["Status"]));
        Assert.Equal(
            ["OK", "NOT_FOUND"], meters.Of("rpc.server.call.duration").Select(measured => measured.Tags["rpc.status_code"]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Recovery_answers_an_exception_with_internal_and_logs_it_once(CallKind kind)
    {
        await using var server = await StartAsync<RecoveryInterceptor>();

        var status = await CallAsync(server, kind, CallEnd.Exception);

        Assert.Equal(StatusCode.Internal, status);
        var line = Assert.Single(server.Logs.Lines, line => line.Category.EndsWith(nameof(RecoveryInterceptor), StringComparison.Ordinal));
        Assert.IsType<InvalidOperationException>(line.Exception);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Token_authentication_needs_a_verifier_only_and_lets_good_tokens_in(CallKind kind)
    {
        await using var server = await StartAsync<TokenAuthenticationInterceptor>(services => services.AddSingleton(
            TokenVerifiers.Static([Tokens.Of("alice", Tokens.Good)])));
        var users = new List<string?>();
        server.Observer.OnCall = context =>
        {
            users.Add(context.GetUser().Identity?.Name);
            return Task.CompletedTask;
        };

        Assert.Equal(StatusCode.OK, await CallAsync(server, kind, CallEnd.Success, ("authorization", "Bearer " + Tokens.Good)));
        Assert.Equal(StatusCode.Unauthenticated, await CallAsync(server, kind, CallEnd.Success, ("authorization", "Bearer another-token")));
        Assert.Equal(StatusCode.Unauthenticated, await CallAsync(server, kind, CallEnd.Success));
        Assert.Equal(["alice"], users);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Token_authentication_without_a_verifier_lets_nobody_in_and_says_what_is_missing(CallKind kind)
    {
        await using var server = await StartAsync<TokenAuthenticationInterceptor>();
        var handled = false;
        server.Observer.OnCall = _ =>
        {
            handled = true;
            return Task.CompletedTask;
        };

        var status = await CallAsync(server, kind, CallEnd.Success, ("authorization", "Bearer " + Tokens.Good));

        Assert.Equal(StatusCode.Unknown, status);
        Assert.False(handled);
        var error = Assert.Single(server.Logs.Lines, line => line.Level == LogLevel.Error).Exception!.Message;
        Assert.Contains(typeof(ITokenVerifier).FullName!, error, StringComparison.Ordinal);
        Assert.Contains(nameof(TokenAuthenticationInterceptor), error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Limits_hold_over_all_calls(CallKind kind)
    {
        await using var server = await StartAsync<LimitsInterceptor>(services =>
            services.Configure<LimitsOptions>(static limits => limits.Server = new CallLimit { MaxConcurrentCalls = 1 }));
        using var hold = server.Client().ServerStream(new ProbeRequest { Ending = Ending.Hang });
        await Eventually.True(() => server.Observer.Running == 1, "the call runs");

        Assert.Equal(StatusCode.ResourceExhausted, await CallAsync(server, kind, CallEnd.Success));
    }

    [Fact]
    public async Task Limits_are_measured_once_however_many_calls_there_were()
    {
        using var meters = new MeterCapture(ServerTimingInterceptor.MeterName);
        await using var server = await StartAsync<LimitsInterceptor>(services => services
            .AddSingleton<IMeterFactory>(meters)
            .Configure<LimitsOptions>(static limits => limits.Server = new CallLimit { MaxConcurrentCalls = 1 }));
        foreach (var kind in Enum.GetValues<CallKind>())
            await CallAsync(server, kind, CallEnd.Success);

        Assert.Single(meters.Observe("interceptors.server.running_calls"));
    }

    [Theory]
    [InlineData("Unary")]
    [InlineData("ClientStream")]
    [InlineData("ServerStream")]
    [InlineData("Duplex")]
    public async Task Compression_with_grpcs_own_switched_on_leaves_small_messages_as_they_are(string method)
    {
        await using var server = await StartAsync<ServerCompressionInterceptor>(
            configureGrpc: static grpc => grpc.UseBoundedGzip(compressResponses: true));

        foreach (var (length, compressed) in new[] { (10, false), (2000, true) })
        {
            var call = await WireCall.SendAsync(
                server, method, [new ProbeRequest { Text = new string('a', length), Responses = 2 }], ("grpc-accept-encoding", "gzip"));
            Assert.NotEmpty(call.Messages);
            Assert.All(call.Messages, message => Assert.Equal(compressed, message.IsCompressed));
        }
    }

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public async Task Wrong_options_fail_the_first_call_with_an_error_that_names_them(string interceptor, string named)
    {
        await using var server = await (interceptor switch
        {
            "trace" => StartWithAsync<ServerTraceMetadataInterceptor, TraceMetadataOptions>(static options => options.Key = "grpc-trace"),
            "timing" =>
                StartWithAsync<ServerTimingInterceptor, ServerTimingOptions>(static options => options.SlowCallThreshold = TimeSpan.Zero),
            "recovery" => StartWithAsync<RecoveryInterceptor, RecoveryOptions>(static options => options.MaxTrailerBytes = 1),
            "authentication" =>
                StartWithAsync<TokenAuthenticationInterceptor, TokenAuthenticationOptions>(static options => options.Realm = "\""),
            "limits" => StartWithAsync<LimitsInterceptor, LimitsOptions>(static options => options.MaxCallers = 0),
            _ => StartWithAsync<ServerCompressionInterceptor, ServerCompressionOptions>(static options => options.MinimumSize = -1),
        });

        var status = await CallAsync(server, CallKind.Unary, CallEnd.Success);

        Assert.Equal(StatusCode.Unknown, status);
        var error = Assert.Single(server.Logs.Lines, line => line.Level == LogLevel.Error).Exception!;
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private static Task<ProbeServer> StartWithAsync<TInterceptor, TOptions>(Action<TOptions> configure)
        where TInterceptor : Interceptor
        where TOptions : class => StartAsync<TInterceptor>(services => services
            .AddSingleton(TokenVerifiers.Static([Tokens.Of("alice", Tokens.Good)]))
            .Configure(configure));

    private static Task<ProbeServer> StartAsync<TInterceptor>(
        Action<IServiceCollection>? configure = null, Action<GrpcServiceOptions>? configureGrpc = null)
        where TInterceptor : Interceptor => ProbeServer.StartAsync(services =>
        {
            services.AddGrpc(grpc =>
            {
                grpc.Interceptors.Add<TInterceptor>();
                configureGrpc?.Invoke(grpc);
            });
            configure?.Invoke(services);
        });

    private static Task<StatusCode> CallAsync(
        ProbeServer server, CallKind kind, CallEnd end, params IEnumerable<(string Key, string Value)> headers)
    {
        var client = server.Client(channel => channel.Intercept(metadata =>
        {
            foreach (var (key, value) in headers)
                metadata.Add(key, value);
            return metadata;
        }));
        return new CallDriver(client).RunAsync(kind, end, static () => Task.CompletedTask);
    }
}
