using System.Diagnostics.Metrics;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.ClientFactory;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Benchmarks;

/// <summary>What each client interceptor adds to one unary call when it is alone, and what the stack does when somebody listens.</summary>
/// <remarks>The line that is written by hand has three values, the kit's ten; the histogram by hand has one tag, the kit's three.</remarks>
internal static class ClientTables
{
    // That of a call that ends well.
    private const LogLevel TimingLevel = LogLevel.Debug;

    public static IEnumerable<CaseTable> All() => [Alone(false), Alone(true), ListenedTo(false), ListenedTo(true)];

    private static CaseTable Alone(bool later)
    {
        var table = new Rows(later);
        table.Add("One pass through", new PassThrough());
        Add("Trace metadata", static builder => builder.AddTraceMetadata());
        Add("Timing, nobody listens", static builder => builder.AddTiming());
        foreach (var listening in Listening.ToSomething)
            Add($"Timing, {listening.Name}", static builder => builder.AddTiming(), listening);
        Add("Deadline", static builder => builder.AddDeadline(static o => o.Default = TimeSpan.FromSeconds(30)));
        Add("Fallback token", static builder => builder.AddFallbackToken(TokenSources.Static("token")));
        Add("Compression", static builder => builder.AddCompression());
        Add("Resilience, recommended", static builder => builder.AddResilience(static o => o.UseRecommended()));
        Add("Resilience, recommended, idempotent", static builder => builder.AddResilience(static o => o.UseRecommended("*")));
        return table.Titled("Each client interceptor alone");

        void Add(string name, Action<IHttpClientBuilder> add, Listening? listening = null) =>
            table.Add(name, Combined(Of(listening ?? Listening.ToNothing, add)));
    }

    private static CaseTable ListenedTo(bool later)
    {
        var table = new Rows(later);
        foreach (var listening in Listening.ToSomething)
        {
            var services = Of(listening, static builder => builder.AddStandardInterceptors(static o =>
            {
                o.Tokens = TokenSources.Static("token");
                o.Deadline = static deadline => deadline.Default = TimeSpan.FromSeconds(30);
            }));
            table.Add($"Hand written single, {listening.Name}", new HandWritten(
                services.GetRequiredService<ILoggerFactory>().CreateLogger("bench"),
                services.GetRequiredService<IMeterFactory>().Create("bench").CreateHistogram<double>("bench.duration")));
            table.Add($"Standard stack, {listening.Name}", Combined(services));
            table.Add(
                $"The same separately, {listening.Name}",
                new ClientTraceMetadataInterceptor(), new ClientTimingInterceptor(
                    services.GetRequiredService<ILogger<ClientTimingInterceptor>>(),
                    meterFactory: services.GetRequiredService<IMeterFactory>()),
                new DeadlineInterceptor(Options.Create(new DeadlineOptions { Default = TimeSpan.FromSeconds(30) })),
                new ClientCompressionInterceptor(), new FallbackTokenInterceptor(TokenSources.Static("token")));
        }

        return table.Titled("Client calls that are listened to");
    }

    private static ServiceProvider Of(Listening listening, Action<IHttpClientBuilder> add) =>
        listening.Provide(TimingLevel, services => add(
            services.AddGrpcClient<Bench.BenchClient>(options => options.Address = new Uri("https://localhost"))));

    private static Interceptor Combined(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptionsMonitor<GrpcClientFactoryOptions>>().Get(nameof(Bench.BenchClient));
        foreach (var configure in options.ChannelOptionsActions)
            configure(new GrpcChannelOptions());
        return options.InterceptorRegistrations.Single().Creator(services);
    }

    private sealed class Rows(bool later)
    {
        private readonly FakeInvoker _fake = new(later);
        private readonly List<(string, Func<Task>)> _rows = [];

        public void Add(string name, params Interceptor[] interceptors)
        {
            var invoker = _fake.Intercept(interceptors);
            _rows.Add((name, () => _fake.CallAsync(invoker)));
        }

        public CaseTable Titled(string title) =>
            new($"{title}, ResponseLater = {later}", [("Bare", () => _fake.CallAsync(_fake)), .. _rows]);
    }
}
