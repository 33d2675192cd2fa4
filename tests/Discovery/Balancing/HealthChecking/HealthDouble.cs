using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>A health service in a server, written out byte by byte so that it shares nothing with what it tests.</summary>
internal sealed class HealthDouble : IStartupFilter
{
    public const byte Serving = 1;
    public const byte NotServing = 2;

    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte _status = Serving;
    private bool _breaks;

    /// <summary>The services that were asked for, and the connections.</summary>
    public ConcurrentQueue<(string Service, string Connection)> Watches { get; } = new();

    public void Add(IServiceCollection services) => services.AddSingleton<IStartupFilter>(this);

    public void Set(byte status)
    {
        lock (_lock)
            _status = status;
        Signal();
    }

    /// <summary>Ends the watches that run.</summary>
    public void Break()
    {
        lock (_lock)
            _breaks = true;
        Signal();
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, pass) => context.Request.Path == "/grpc.health.v1.Health/Watch" ? WatchAsync(context) : pass(context));
        next(app);
    };

    private async Task WatchAsync(HttpContext context)
    {
        var request = new MemoryStream();
        await context.Request.Body.CopyToAsync(request);
        // A frame's header, then, unless it is empty, a tag, a length and the name.
        Watches.Enqueue((Encoding.UTF8.GetString(request.ToArray().AsSpan(request.Length > 5 ? 7 : 5)), context.Connection.Id));
        context.Response.ContentType = "application/grpc";
        while (true)
        {
            Task changed;
            byte status;
            lock (_lock)
                (changed, status) = (_changed.Task, _status);
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 8, status });
            await context.Response.Body.FlushAsync();
            await changed.WaitAsync(context.RequestAborted);
            lock (_lock)
            {
                if (!_breaks)
                    continue;
                _breaks = false;
            }

            context.Response.AppendTrailer("grpc-status", "14");
            return;
        }
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_lock)
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        changed.SetResult();
    }
}
