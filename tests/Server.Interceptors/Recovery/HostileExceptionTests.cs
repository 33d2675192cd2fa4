using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Server.Tests;

public sealed class HostileExceptionTests
{
    public static TheoryData<string> Names { get; } = [.. HostileCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_gets_its_documented_status_and_gives_nothing_away(string name)
    {
        var hostile = HostileCases.All[name];
        using var console = new RenderedLog();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddServerInterceptors().AddTraceMetadata().AddTiming().AddRecovery(hostile.Configure);
            services.AddSingleton<ILoggerProvider>(console);
        });
        server.Observer.OnCall = context =>
        {
            hostile.Before(context);
            throw hostile.Thrown();
        };

        var call = await RawCall.SendAsync(server);

        Assert.Equal(((int)hostile.Status).ToString(CultureInfo.InvariantCulture), call["grpc-status"]);
        Assert.Equal(hostile.Message, call["grpc-message"]);
        Assert.All(hostile.Trailers, trailer => Assert.Equal(trailer.Value, call[trailer.Key]));
        Assert.Empty(call.Body);
        Assert.InRange(call.Size, 1, 8192 + 512); // the headers of a response without body count, too
        AssertNothingSecret(call.Everything);
        AssertNothingSecret(Encoding.Latin1.GetString(Convert.FromBase64String(call["grpc-status-details-bin"] ?? "")));

        await ServesOn(server);
        var lines = server.Logs.Lines;
        var own = lines.Where(line => line.Category == typeof(RecoveryInterceptor).FullName).ToList();
        Assert.Equal(hostile.Logged, own.Count(line => line.Exception is not null));
        Assert.Equal(hostile.Reports.Order(), own.Where(line => line.Exception is null).Select(line => line.Event.Name).Order());
        var others = lines.Where(line => line.Category != typeof(RecoveryInterceptor).FullName);
        Assert.Equal(hostile.IsLoggedByGrpc ? 1 : 0, others.Count(line => line.Exception is not null));
        Assert.All(lines, line => AssertNothingSecret($"{line.Message} {string.Join(' ', line.Fields)} {string.Join(' ', line.Scope)}"));
        Assert.All(
            console.Lines, line => Assert.True(line.IsRecoverys || hostile.IsLoggedByGrpc || !IsSecret(line.Exception), line.Exception));
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task All_of_them_end_all_kinds_of_call(CallKind kind)
    {
        await using var server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddRecovery());
        var driver = new CallDriver(server.Client());
        foreach (var (name, hostile) in HostileCases.All.Where(entry => entry.Value.Configure is null))
        {
            server.Observer.OnCall = context =>
            {
                hostile.Before(context);
                throw hostile.Thrown();
            };

            var seen = await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

            Assert.True(hostile.Status == seen, $"{name}: {seen}");
        }
    }

    [Fact]
    public async Task Not_even_loggers_that_always_throw_change_the_status()
    {
        using var broken = new BrokenLog();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddServerInterceptors()
                .AddRecovery(options => options.Map<SecretException>((_, _) => throw new InvalidOperationException()));
            services.AddSingleton<ILoggerProvider>(broken);
        });
        server.Observer.OnCall = _ => throw new SecretException();

        var call = await RawCall.SendAsync(server);

        Assert.Equal("13", call["grpc-status"]);
        Assert.True(broken.Asked > 0);
        await ServesOn(server);
    }

    private static async Task ServesOn(ProbeServer server)
    {
        server.Observer.OnCall = static _ => Task.CompletedTask;
        Assert.Equal("alive", (await server.Client().UnaryAsync(new ProbeRequest { Text = "alive" })).Text);
    }

    private static void AssertNothingSecret(string text) => Assert.False(IsSecret(text), text);

    private static bool IsSecret(string text) => text.Contains(ProbeService.Secret, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes exceptions out, as a console would.</summary>
    private sealed class RenderedLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<(bool, string)> _lines = new();

        public IReadOnlyList<(bool IsRecoverys, string Exception)> Lines => [.. _lines];

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName == typeof(RecoveryInterceptor).FullName);

        public void Dispose()
        {
        }

        private sealed class Logger(RenderedLog log, bool isRecoverys) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                log._lines.Enqueue((isRecoverys, exception?.ToString() ?? ""));
        }
    }

    /// <summary>Fails at whatever recovery writes.</summary>
    private sealed class BrokenLog : ILoggerProvider
    {
        public int Asked { get; private set; }

        public ILogger CreateLogger(string categoryName) =>
            categoryName == typeof(RecoveryInterceptor).FullName ? new Logger(this) : NullLogger.Instance;

        public void Dispose()
        {
        }

        private sealed class Logger(BrokenLog log) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                log.Asked++;
                throw new IOException("the disk is full");
            }
        }
    }
}
