using System.Runtime.InteropServices;

namespace Interceptors.Tools;

/// <summary>
/// Turns the signals that ask a program to end into a token, so that what it has started or registered is put away first.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        Register(PosixSignal.SIGINT, 130), Register(PosixSignal.SIGTERM, 143),
        Register(PosixSignal.SIGHUP, 129), Register(PosixSignal.SIGQUIT, 131),
    ];

    public CancellationToken Token => _stop.Token;

    /// <summary>128 and the number of the signal, as shells have it; null if none came.</summary>
    public int? ExitCode { get; private set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, int exitCode) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        ExitCode ??= exitCode;
        _stop.Cancel();
    });
}
