using Demo;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Worker;

/// <summary>Calls the greeter once a second. A call that fails is logged, and the next one is made all the same.</summary>
internal sealed partial class GreetingWorker(Greeter.GreeterClient greeter, ILogger<GreetingWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            try
            {
                var reply = await greeter.SayHelloAsync(new HelloRequest { Name = "worker" }, cancellationToken: stoppingToken);
                LogGreeted(logger, reply.Message, reply.Instance);
            }
            catch (RpcException exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, exception.StatusCode, exception.Status.Detail);
            }
            catch (RpcException)
            {
                return; // Cancelled, because the host stops.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "{Message} (from {Instance})")]
    private static partial void LogGreeted(ILogger logger, string message, string instance);

    [LoggerMessage(LogLevel.Warning, "No greeting: {Status}, {Detail}")]
    private static partial void LogFailed(ILogger logger, StatusCode status, string detail);
}
