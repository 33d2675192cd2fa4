using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Benchmarks.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// A server in this process that knows when its calls came, by its own clock, which is the one of whoever waits for them.
/// </summary>
internal sealed class SeenServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Calls _calls;

    private SeenServer(WebApplication app)
    {
        _app = app;
        _calls = app.Services.GetRequiredService<Calls>();
    }

    public string Address => new Uri(_app.Urls.Single()).Authority;

    /// <summary>When the latest call came.</summary>
    public long Last => Volatile.Read(ref _calls.Last);

    public static async Task<SeenServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<Calls>();
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new SeenServer(app);
    }

    /// <summary>When the next call comes.</summary>
    public Task<long> NextAsync()
    {
        var next = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Next = next;
        return next.Task;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Calls
    {
        public long Last;
        public volatile TaskCompletionSource<long>? Next;
    }

    private sealed class Service(Calls calls) : BenchService
    {
        public override Task<Payload> Echo(Payload request, ServerCallContext context)
        {
            var now = Stopwatch.GetTimestamp();
            Volatile.Write(ref calls.Last, now);
            if (calls.Next is { } next)
            {
                calls.Next = null;
                next.TrySetResult(now);
            }

            return base.Echo(request, context);
        }
    }
}
