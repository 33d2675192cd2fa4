using Demo;
using Grpc.Core;
using Interceptors.Propagation;
using OpenTelemetry;

namespace Interceptors.Snippets;

internal static class TelemetrySnippets
{
    internal static async Task ExplainAsync(Greeter.GreeterClient client, HelloRequest request)
    {
        #region explain
        try
        {
            await client.SayHelloAsync(request);
        }
        catch (RpcException exception)
        {
            Console.WriteLine(CallExplanation.Of(exception));
        }
        #endregion
        #region ask
        using var asked = CallExplanation.Ask();
        await client.SayHelloAsync(request);
        foreach (var explanation in asked.Calls)
            Console.WriteLine($"{explanation.Method} took {explanation.Elapsed}: {explanation}");
        #endregion
    }

    internal static void Measure(IServiceCollection services)
    {
        #region grpc-metrics
        services.AddOpenTelemetry().WithMetrics(meters => meters
            .AddInterceptorsInstrumentation()
            .AddGrpcMetrics());
        #endregion
    }
}
