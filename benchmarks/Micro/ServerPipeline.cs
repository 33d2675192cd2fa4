using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks;

/// <summary>
/// All of a server but its network: hosting, routing, gRPC, interceptors and middleware, given the same request again and again. It runs in
/// the thread that calls it, so that its time and its bytes can be told from others'.
/// </summary>
internal sealed class ServerPipeline : IServer
{
    private readonly PipelineRequest _request = new();
    private readonly ExecutionContext _outside = ExecutionContext.Capture()!;
    private Func<Task> _call = static () => throw new InvalidOperationException("The host has not started.");

    private ServerPipeline()
    {
    }

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public static ServerPipeline Start<TService>(Action<IServiceCollection> configure)
        where TService : class
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new SilentProvider()).SetMinimumLevel(LogLevel.Warning);
        var server = new ServerPipeline();
        builder.Services.AddSingleton<IServer>(server);
        builder.Services.AddGrpc();
        configure(builder.Services);
        var app = builder.Build();
        app.MapGrpcService<TService>();
        app.StartAsync().GetAwaiter().GetResult();
        return server;
    }

    /// <summary>Makes the call; its task ends when the whole of the server is done with it.</summary>
    public Task CallAsync() => _call();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _call = () => ProcessAsync(application);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }

    private Task ProcessAsync<TContext>(IHttpApplication<TContext> application)
        where TContext : notnull
    {
        // As Kestrel does: what one request has left in an AsyncLocal is not to be found by the next.
        ExecutionContext.Restore(_outside);
        _request.Reset();
        var context = application.CreateContext(_request);
        var processing = application.ProcessRequestAsync(context);
        if (!processing.IsCompletedSuccessfully)
            return LaterAsync(application, context, processing);
        End(application, context);
        return processing;
    }

    private async Task LaterAsync<TContext>(IHttpApplication<TContext> application, TContext context, Task processing)
        where TContext : notnull
    {
        await processing.ConfigureAwait(false);
        End(application, context);
    }

    private void End<TContext>(IHttpApplication<TContext> application, TContext context)
        where TContext : notnull
    {
        application.DisposeContext(context, exception: null);
        if (_request.GrpcStatus != "0")
            throw new InvalidOperationException($"The call ended with status '{_request.GrpcStatus}'.");
    }
}
