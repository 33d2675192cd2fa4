using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Benchmarks.Serving;

/// <summary>What is around the calls, on both sides.</summary>
internal enum Hosting
{
    /// <summary>No logging provider, and so no Activity.</summary>
    Silent,

    /// <summary>As a host has it: a console provider, here from Warning on, which writes nothing about calls that go well.</summary>
    Hosted,
}

internal static class HostingExtensions
{
    public static void SetUp(this Hosting hosting, ILoggingBuilder logging)
    {
        logging.ClearProviders();
        if (hosting == Hosting.Silent)
            return;
        // To the error stream, because the server process speaks over its output.
        logging.AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        // As the generic host sets it.
        logging.Configure(static options => options.ActivityTrackingOptions =
            ActivityTrackingOptions.SpanId | ActivityTrackingOptions.TraceId | ActivityTrackingOptions.ParentId);
    }

    public static IServiceCollection AddServices(this Hosting hosting) => new ServiceCollection().AddLogging(logging => hosting.SetUp(logging));
}
