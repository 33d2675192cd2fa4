using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// Ends streams of responses with Unavailable when the server stops, so that their clients open them at another server while this one
/// still finishes its other calls. Without it a stream runs until <c>HostOptions.ShutdownTimeout</c> and is cut then. The handler's
/// <c>ServerCallContext.CancellationToken</c> is cancelled, and its reads and writes fail.
/// </summary>
public sealed class StreamShutdownInterceptor : ServerInterceptor
{
    private readonly CancellationToken _stopping;
    private readonly Func<string, bool>? _methods;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="services">Where <see cref="StreamShutdownOptions.Stopping"/> looks.</param>
    /// <param name="options">Which streams; all if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public StreamShutdownInterceptor(IServiceProvider services, IOptions<StreamShutdownOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var shutdown = new StreamShutdownOptionsValidator().Checked(options);
        _stopping = shutdown.Stopping?.Invoke(services) ?? services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _methods = shutdown.Methods.Count == 0 ? null : MethodPattern.AnyOf(shutdown.Methods);
    }

    /// <inheritdoc/>
    protected internal override ValueTask OnStartAsync(ServerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.Kind is not (MethodType.ServerStreaming or MethodType.DuplexStreaming)
            || _methods?.Invoke(MethodPattern.Bare(call.Method)) == false)
            return default;
        var end = call.Endable();
        call.DisposeAtEnd(new Registration(
            _stopping.UnsafeRegister(static end => ((EarlyEnd)end!).End(ServerShutdown.Status), end)));
        return default;
    }

    /// <summary>Not disposing the registration, which would wait for the very callback that may be running this.</summary>
    private sealed class Registration(CancellationTokenRegistration registration) : IDisposable
    {
        public void Dispose() => registration.Unregister();
    }
}
