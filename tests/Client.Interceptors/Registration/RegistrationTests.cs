using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task The_standard_set_traces_and_times()
    {
        await using var server = await ProbeServer.StartAsync();
        using var logs = new LogCapture();
        await using var services = server.AddClient(Services(logs)).AddStandardInterceptors().Services.BuildServiceProvider();

        var response = await services.GetRequiredService<Probe.ProbeClient>().UnaryAsync(new ProbeRequest());

        var line = Assert.Single(logs.Named("CallEnded"));
        Assert.Equal(response.Headers.Single(header => header.Key == "x-trace-id").Value.ToStringUtf8(), line.Fields["TraceId"]);
    }

    [Fact]
    [Trait("case", "interceptors 19")]
    public async Task The_order_of_the_builders_calls_does_not_matter_and_adding_twice_is_adding_once()
    {
        await using var server = await ProbeServer.StartAsync();
        var order = new List<string>();
        using var logs = new LogCapture();
        var collection = Services(logs).AddSingleton(order);
        collection.ConfigureHttpClientDefaults(http => http.AddStandardInterceptors());
        server.AddClient(collection).AddClientInterceptor<Noting>().AddTiming().AddTraceMetadata();
        server.AddClient(collection).AddStandardInterceptors().AddClientInterceptor<Noting>().AddStandardInterceptors();
        await using var services = collection.BuildServiceProvider();

        await services.GetRequiredService<Probe.ProbeClient>().UnaryAsync(new ProbeRequest());

        Assert.Equal(["after the trace id was set"], order);
        Assert.Single(logs.Named("CallEnded"));
    }

    [Fact]
    public async Task A_wrong_option_is_refused_by_name_when_the_host_starts_and_when_it_is_used()
    {
        using var logs = new LogCapture();
        var collection = Services(logs);
        collection.AddGrpcClient<Probe.ProbeClient>(options => options.Address = new Uri("http://localhost"))
            .AddTraceMetadata(options => options.JoinedKeys.Add("authorization"));
        await using var services = collection.BuildServiceProvider();

        foreach (var use in new Action[]
                 {
                     () => services.GetRequiredService<IStartupValidator>().Validate(),
                     () => services.GetRequiredService<Probe.ProbeClient>(),
                 })
        {
            var error = Assert.Throws<OptionsValidationException>(use);
            Assert.Contains("TraceMetadataOptions.JoinedKeys", error.Message, StringComparison.Ordinal);
            Assert.Contains("authorization", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Interceptors_for_chosen_methods_have_options_of_their_own_and_take_the_place_of_those_for_all()
    {
        await using var server = await ProbeServer.StartAsync();
        using var logs = new LogCapture();
        await using var services = server.AddClient(Services(logs))
            .AddTraceMetadata(options => options.Key = "x-request-id")
            .AddTiming(options => options.MethodLevels["*"] = LogLevel.Information)
            .For("interceptors.testing.Probe/Unary", chosen => chosen.AddTiming(
                options => options.MethodLevels["*"] = LogLevel.Warning))
            .For("other.*", chosen => chosen.AddTiming())
            .Services.BuildServiceProvider();
        var driver = new CallDriver(services.GetRequiredService<Probe.ProbeClient>());

        await driver.RunAsync(CallKind.Duplex, CallEnd.Success, () => Task.CompletedTask);
        Assert.Equal(LogLevel.Information, Assert.Single(logs.Named("CallEnded")).Level);

        await driver.RunAsync(CallKind.Unary, CallEnd.Success, () => Task.CompletedTask);
        Assert.Equal([LogLevel.Information, LogLevel.Warning], logs.Named("CallEnded").Select(line => line.Level));
    }

    [Fact]
    public void The_official_AddInterceptor_would_hold_for_all_methods_so_it_is_refused_for_chosen_ones()
    {
        var client = new ServiceCollection().AddGrpcClient<Probe.ProbeClient>();

        Assert.Throws<InvalidOperationException>(
            () => client.For("orders.*", chosen => chosen.AddInterceptor(() => new Plain([], "plain"))));
    }

    [Fact]
    public async Task Defaults_are_for_every_gRPC_client_and_a_clients_own_options_come_on_top()
    {
        await using var server = await ProbeServer.StartAsync();
        using var logs = new LogCapture();
        var collection = Services(logs);
        server.AddClient(collection, "own").AddTiming(options => options.MethodLevels["*"] = LogLevel.Warning);
        server.AddClient(collection, "plain");
        collection.AddHttpClient("http");
        collection.ConfigureHttpClientDefaults(http => http.AddStandardInterceptors(options =>
        {
            options.Timing = timing => timing.MethodLevels["*"] = LogLevel.Information;
            options.TraceMetadata = trace => trace.Key = "x-request-id";
        }));
        await using var services = collection.BuildServiceProvider();
        var clients = services.GetRequiredService<GrpcClientFactory>();

        foreach (var name in new[] { "own", "plain" })
        {
            var response = await clients.CreateClient<Probe.ProbeClient>(name).UnaryAsync(new ProbeRequest());
            Assert.Contains(response.Headers, header => header.Key == "x-request-id");
        }

        Assert.Equal([LogLevel.Warning, LogLevel.Information], logs.Named("CallEnded").Select(line => line.Level));
        using var http = services.GetRequiredService<IHttpClientFactory>().CreateClient("http");
        Assert.NotNull(http);
    }

    [Fact]
    [Trait("case", "interceptors 18")]
    public async Task Interceptors_of_the_official_factory_stand_inside_of_the_kits_whatever_the_order_of_adding()
    {
        await using var server = await ProbeServer.StartAsync();
        List<string> seen = [];
        await using var services = server.AddClient(new ServiceCollection().AddSingleton(seen))
            .AddInterceptor(() => new Plain(seen, "official"))
            .AddInterceptor(InterceptorScope.Client, () => new Plain(seen, "outside"))
            .AddClientInterceptor<Noting>()
            .AddTraceMetadata()
            .Services.BuildServiceProvider();

        await services.GetRequiredService<Probe.ProbeClient>().UnaryAsync(new ProbeRequest());

        Assert.Equal(["outside: no trace id", "after the trace id was set", "official: trace id"], seen);
    }

    [Fact]
    public async Task An_interceptor_is_told_what_its_channel_is()
    {
        await using var server = await ProbeServer.StartAsync();
        await using var secure = await SecureProbeServer.StartAsync();
        List<ChannelDescription> told = [];
        var collection = new ServiceCollection().AddSingleton(told);
        server.AddClient(collection, "plain").AddClientInterceptor<Told>();
        secure.AddClient(collection, "secure").AddClientInterceptor<Told>();
        secure.AddClient(collection, "credentials").AddClientInterceptor<Told>().ConfigureChannel(channel =>
            channel.Credentials = ChannelCredentials.Create(
                ChannelCredentials.SecureSsl, CallCredentials.FromInterceptor((_, _) => Task.CompletedTask)));
        await using var services = collection.BuildServiceProvider();

        foreach (var name in new[] { "plain", "secure", "credentials" })
            await services.GetRequiredService<GrpcClientFactory>().CreateClient<Probe.ProbeClient>(name).UnaryAsync(new ProbeRequest());

        Assert.Equal(
            [(false, false), (true, false), (true, true)], told.Select(channel => (channel.IsSecure, channel.HasCallCredentials)));
        Assert.Equal([server.Address, secure.Address, secure.Address], told.Select(channel => channel.Target));
    }

    private static IServiceCollection Services(LogCapture logs) =>
        new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));

    private sealed class Noting(List<string> order) : ClientInterceptor
    {
        protected override void Prepare(ref OutgoingCall call) =>
            order.Add(call.Headers?.GetValue(TraceId.DefaultKey) is null ? "before" : "after the trace id was set");
    }

    private sealed class Told(List<ChannelDescription> told, ChannelDescription channel) : ClientInterceptor
    {
        protected override void Prepare(ref OutgoingCall call) => told.Add(channel);
    }

    private sealed class Plain(List<string> seen, string name) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add($"{name}: {(context.Options.Headers?.GetValue(TraceId.DefaultKey) is null ? "no " : "")}trace id");
            return continuation(request, context);
        }
    }
}
