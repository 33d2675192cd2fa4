using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

/// <summary>The standard set is the same with DI and without.</summary>
public sealed class StandardSetTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_member_does_its_part(bool dependencyInjection)
    {
        await using var server = await ProbeServer.StartAsync();
        var deadlines = new List<DateTime>();
        var attempts = 0;
        server.Observer.OnCall = context =>
        {
            deadlines.Add(context.Deadline);
            return ++attempts == 1 ? throw new RpcException(new Status(StatusCode.Unavailable, "not yet")) : Task.CompletedTask;
        };
        using var logs = new LogCapture();
        var client = Client(server, dependencyInjection, logs, options =>
        {
            options.TraceMetadata = trace => trace.Key = "x-request-id";
            options.Timing = timing => timing.SlowCallThreshold = TimeSpan.FromTicks(1);
            options.Deadline = deadline => deadline.Default = TimeSpan.FromMinutes(1);
            options.Resilience = resilience => resilience.UseRecommended("interceptors.testing.Probe");
            options.Tokens = TokenSources.Static("planted");
            options.FallbackToken = token => token.AllowPlainText = true;
            options.Compression = compression => compression.MinimumSize = 0;
        });

        var response = await client.UnaryAsync(new ProbeRequest());

        Assert.Equal(2, attempts);
        Assert.All(deadlines, deadline => Assert.InRange(deadline, DateTime.UtcNow, DateTime.UtcNow.AddMinutes(1)));
        Assert.Equal("Bearer planted", Value(response, "authorization"));
        var line = Assert.Single(logs.Named("CallEnded"));
        Assert.Equal((LogLevel.Warning, StatusCode.OK), (line.Level, line.Fields["Status"]));
        Assert.Equal(Value(response, "x-request-id"), line.Fields["TraceId"]);
        Assert.DoesNotContain(logs.Lines, other => other.Message.Contains("planted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_option_of_any_member_is_refused_by_name(bool dependencyInjection)
    {
        await using var server = await ProbeServer.StartAsync();
        using var logs = new LogCapture();

        var error = Assert.ThrowsAny<Exception>(() =>
            Client(server, dependencyInjection, logs, options => options.Deadline = deadline => deadline.Default = TimeSpan.Zero));

        Assert.True(error is OptionsValidationException or ArgumentException, error.GetType().Name);
        Assert.Contains("DeadlineOptions.Default", error.Message, StringComparison.Ordinal);
    }

    private static Probe.ProbeClient Client(
        ProbeServer server, bool dependencyInjection, LogCapture logs, Action<StandardClientOptions> configure)
    {
        if (!dependencyInjection)
            return server.Client(channel => channel.Intercept(ClientInterceptors.Standard(logs.Factory(), configure)));
        var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        server.AddClient(services).AddStandardInterceptors(configure);
        return services.BuildServiceProvider().GetRequiredService<Probe.ProbeClient>();
    }

    private static string Value(ProbeResponse response, string key) =>
        Assert.Single(response.Headers, header => header.Key == key).Value.ToStringUtf8();
}
