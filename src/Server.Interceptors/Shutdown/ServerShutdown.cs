using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Interceptors.Server;

/// <summary>Tells whether a call ends because the server stops.</summary>
internal static class ServerShutdown
{
    /// <summary>Unavailable: the call may succeed elsewhere, and clients with a retry policy send it again.</summary>
    public static readonly Status Status = new(StatusCode.Unavailable, "The server is shutting down.");

    public static bool HasBegun(ServerCall call) => HasBegun(call.Http);

    /// <summary>
    /// Whether the host has aborted the call, as it does with what outlives ShutdownTimeout: the server stops and the connection is
    /// closed. A caller that cancels resets its stream only.
    /// </summary>
    public static bool HasAborted(HttpContext? context) =>
        HasBegun(context) && context!.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed.IsCancellationRequested == true;

    private static bool HasBegun(HttpContext? context) =>
        context?.RequestServices?.GetService<IHostApplicationLifetime>()?.ApplicationStopping.IsCancellationRequested == true;
}
