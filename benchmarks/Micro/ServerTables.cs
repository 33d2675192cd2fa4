using System.Diagnostics.Metrics;
using System.Security.Claims;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Benchmarks;

/// <summary>What each server interceptor adds to one unary call when it is alone, and what the stack does when somebody listens.</summary>
/// <remarks>
/// The line that is written by hand has three values, the kit's eleven; the histogram by hand has one tag, the kit's three.
/// </remarks>
internal static class ServerTables
{
    // That of a call that ends well.
    private const LogLevel TimingLevel = LogLevel.Information;

    public static IEnumerable<CaseTable> All() => [Alone(false), Alone(true), ListenedTo(false), ListenedTo(true)];

    private static CaseTable Alone(bool suspends)
    {
        var table = new Rows(suspends);
        table.Add("One pass through", new PassThrough());
        Add("Trace metadata", static builder => builder.AddTraceMetadata());
        Add("Timing, nobody listens", static builder => builder.AddTiming());
        foreach (var listening in Listening.ToSomething)
            Add($"Timing, {listening.Name}", static builder => builder.AddTiming(), listening);
        Add("Recovery", static builder => builder.AddRecovery());
        Add("Authentication, static tokens", static builder => builder.AddTokenAuthentication(TokenVerifiers.Static(
            [new StaticToken { Name = "bench", Token = Rows.Token }])));
        Add("Authentication, verified each time", static builder => builder.AddTokenAuthentication(AtOnce));
        Add("Authentication, verified and kept", static builder => builder.AddTokenAuthentication(AtOnce, static o => o.CacheSize = 100));
        Add("Limits, concurrent calls",
            static builder => builder.AddLimits(static o => o.Server = new CallLimit { MaxConcurrentCalls = 1_000 }));
        Add("Limits, rate of calls",
            static builder => builder.AddLimits(static o => o.Server = new CallLimit { CallsPerPeriod = 10_000_000 }));
        Add("Compression", static builder => builder.AddCompression());
        return table.Titled("Each server interceptor alone");

        void Add(string name, Action<ServerInterceptorsBuilder> add, Listening? listening = null) =>
            table.Add(name, Group(Of(listening ?? Listening.ToNothing, add)));
    }

    private static CaseTable ListenedTo(bool suspends)
    {
        var table = new Rows(suspends);
        foreach (var listening in Listening.ToSomething)
        {
            var services = Of(listening, static builder => builder.AddStandard());
            table.Add($"Hand written single, {listening.Name}", new HandWrittenServer(
                services.GetRequiredService<ILoggerFactory>().CreateLogger("bench"),
                services.GetRequiredService<IMeterFactory>().Create("bench").CreateHistogram<double>("bench.duration")));
            table.Add($"Standard stack, {listening.Name}", Group(services));
            table.Add(
                $"The same separately, {listening.Name}",
                services.GetRequiredService<ServerTraceMetadataInterceptor>(), services.GetRequiredService<ServerTimingInterceptor>(),
                services.GetRequiredService<RecoveryInterceptor>());
        }

        return table.Titled("Server calls that are listened to");
    }

    private static ITokenVerifier AtOnce { get; } = TokenVerifiers.Delegate(
        static (_, _, _) => ValueTask.FromResult(TokenVerification.Accept(new ClaimsPrincipal(new ClaimsIdentity("bench")))));

    /// <summary>The one interceptor that the builder gives to gRPC.</summary>
    private static Interceptor Group(ServiceProvider services) =>
        (Interceptor)services.GetRequiredService(
            services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value.Interceptors.Single().Type);

    private static ServiceProvider Of(Listening listening, Action<ServerInterceptorsBuilder> add) =>
        listening.Provide(TimingLevel, services => add(services.AddServerInterceptors()));

    private sealed class Rows
    {
        public const string Token = "bench-0123456789abcdef0123456789";

        private readonly FakeHandler _handler;
        private readonly List<(string, Func<Task>)> _rows = [];
        private readonly string _mode;

        public Rows(bool suspends)
        {
            _mode = $"HandlerSuspends = {suspends}";
            _handler = new FakeHandler(suspends);
            _handler.Context.GetHttpContext().Request.Headers.Authorization = $"Bearer {Token}";
        }

        public void Add(string name, params Interceptor[] interceptors)
        {
            var outermost = _handler.Inside(interceptors);
            _rows.Add((name, () => _handler.CallAsync(outermost)));
        }

        public CaseTable Titled(string title) =>
            new($"{title}, {_mode}", [("Bare", () => _handler.CallAsync(_handler.Method)), .. _rows]);
    }
}
