using Grpc.Core.Interceptors;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task The_standard_set_is_one_interceptor_that_traces_and_times()
    {
        await using var server = await ProbeServer.StartAsync();
        using var logs = new LogCapture();
        await using var services = Services(logs).AddClientInterceptors().AddStandard().Services.BuildServiceProvider();

        var interceptor = Assert.Single(services.GetServices<Interceptor>());
        var response = await server.Client(channel => channel.Intercept(interceptor)).UnaryAsync(new ProbeRequest());

        var line = Assert.Single(logs.Named("CallEnded"));
        Assert.Equal(response.Headers.Single(header => header.Key == "x-trace-id").Value.ToStringUtf8(), line.Fields["TraceId"]);
    }

    [Fact]
    public async Task The_order_of_the_builders_calls_does_not_matter_and_adding_twice_is_adding_once()
    {
        await using var server = await ProbeServer.StartAsync();
        var order = new List<string>();
        var collection = new ServiceCollection().AddSingleton(order);
        collection.AddClientInterceptors().Add<Noting>().AddTiming().AddTraceMetadata();
        collection.AddClientInterceptors().Add<Noting>().AddStandard();
        await using var services = collection.BuildServiceProvider();

        var interceptor = Assert.Single(services.GetServices<Interceptor>());
        await server.Client(channel => channel.Intercept(interceptor)).UnaryAsync(new ProbeRequest());

        Assert.Equal(["after the trace id was set"], order);
    }

    [Fact]
    public void A_wrong_option_is_refused_by_name()
    {
        using var logs = new LogCapture();
        var collection = Services(logs);
        collection.AddClientInterceptors().AddTraceMetadata(options => options.JoinedKeys.Add("authorization"));
        using var services = collection.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<Interceptor>());

        Assert.Contains("TraceMetadataOptions.JoinedKeys", error.Message, StringComparison.Ordinal);
        Assert.Contains("authorization", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interceptors_can_be_added_for_chosen_methods_beside_those_for_all()
    {
        await using var server = await ProbeServer.StartAsync();
        using var logs = new LogCapture();
        var collection = Services(logs);
        collection.AddClientInterceptors()
            .AddTraceMetadata()
            .For(MethodSelector.Parse("interceptors.testing.Probe/Unary"), chosen => chosen.AddTiming())
            .For(MethodSelector.Parse("other.*"), chosen => chosen.AddTiming());
        await using var services = collection.BuildServiceProvider();
        var driver = new CallDriver(server.Client(channel => channel.Intercept(services.GetRequiredService<Interceptor>())));

        await driver.RunAsync(CallKind.Duplex, CallEnd.Success, () => Task.CompletedTask);
        Assert.Empty(logs.Named("CallEnded"));

        await driver.RunAsync(CallKind.Unary, CallEnd.Success, () => Task.CompletedTask);
        Assert.Single(logs.Named("CallEnded"));
    }

    [Fact]
    public void A_builder_to_which_nothing_was_added_gives_an_interceptor_that_does_nothing()
    {
        var collection = new ServiceCollection();
        collection.AddClientInterceptors();
        using var services = collection.BuildServiceProvider();

        Assert.NotNull(services.GetRequiredService<Interceptor>());
    }

    private static IServiceCollection Services(LogCapture logs) =>
        new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));

    private sealed class Noting(List<string> order) : ClientInterceptor
    {
        protected override void Prepare(ref OutgoingCall call) =>
            order.Add(call.Headers?.GetValue(TraceId.DefaultKey) is null ? "before" : "after the trace id was set");
    }
}
