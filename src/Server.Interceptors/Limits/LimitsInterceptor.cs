using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// Limits the calls that a server accepts: how many run at once and how many start per period, for the server, each method and each
/// caller.
/// </summary>
/// <remarks>
/// <para>A refused call ends with ResourceExhausted, a text that says which limit it was, and <c>grpc-retry-pushback-ms</c>, which clients
/// with a retry policy obey. A waiting call ends at its deadline or cancellation like any other.</para>
/// <para>With <c>AddTokenAuthentication</c> on the same builder, the limits that need no user are checked before the token is verified: the
/// server's, the methods', and the callers' by <see cref="CallerKeys.PeerAddress"/>. Callers' limits by any other key are checked after
/// it.</para>
/// <para>Interceptors with the same <see cref="LimitsOptions"/> share their limits. So it does not matter that gRPC creates one interceptor
/// per call where DI does not know the type.</para>
/// </remarks>
public sealed class LimitsInterceptor : ServerInterceptor
{
    private readonly Func<ServerCallContext, string?>? _callerKey;
    private readonly LimitRegistry _held;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">The limits; without them there is none.</param>
    /// <param name="logger">Gets a line when calls are refused, at most one in ten seconds for each limit; may be null.</param>
    /// <param name="meterFactory">Makes the meter; null uses one of the process.</param>
    /// <param name="timeProvider">Tells how long callers have been idle; the system's if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public LimitsInterceptor(
        IOptions<LimitsOptions>? options = null,
        ILogger<LimitsInterceptor>? logger = null,
        IMeterFactory? meterFactory = null,
        TimeProvider? timeProvider = null)
    {
        var limits = options?.Value ?? new LimitsOptions();
        _callerKey = limits.CallerKey;
        _held = limits.Held(() => new LimitRegistry(
            new LimitsOptionsValidator().Checked(options),
            logger ?? NullLogger<LimitsInterceptor>.Instance,
            meterFactory,
            timeProvider ?? TimeProvider.System));
    }

    internal MethodLimits Methods => _held.Methods;

    /// <summary>Whether another step has checked the limits that need no user, before the call was authenticated.</summary>
    internal bool IsBehindAuthentication { get; set; }

    // The one key that is known not to.
    private bool KeyNeedsUser => !ReferenceEquals(_callerKey, CallerKeys.PeerAddress);

    internal CallerLimits? Callers => _held.Callers;

    /// <inheritdoc/>
    protected internal override ValueTask OnStartAsync(ServerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var method = Methods.Of(call.Method);
        if (method.IsExempt)
            return default;
        if (!IsBehindAuthentication)
            return PassAsync(call, method, CallerGates(call, method), method.Gates);
        return KeyNeedsUser ? PassAsync(call, method, CallerGates(call, method), []) : default;
    }

    /// <summary>Checks the limits that need no user; those of users are left to <see cref="OnStartAsync"/>.</summary>
    internal ValueTask AdmitAsync(ServerCall call)
    {
        var method = Methods.Of(call.Method);
        return method.IsExempt ? default : PassAsync(call, method, KeyNeedsUser ? [] : CallerGates(call, method), method.Gates);
    }

    private LimitGate[] CallerGates(ServerCall call, MethodLimit method) =>
        Callers is null ? [] : Callers.Of(KeyOf(call.Context, method)).Gates;

    /// <summary>Passes all gates at once if nothing is in the way; else the rest of them is a matter of waiting.</summary>
    private ValueTask PassAsync(ServerCall call, MethodLimit method, LimitGate[] callers, LimitGate[] others)
    {
        for (var passed = 0; GateAfter(passed, callers, others) is { } gate; passed++)
        {
            if (gate.TryPass(call))
                continue;
            if (gate.HasQueue)
                return WaitAsync(call, method, callers, others, passed);
            throw _held.Reports.Refused(gate, method.Method);
        }
        return default;
    }

    private async ValueTask WaitAsync(ServerCall call, MethodLimit method, LimitGate[] callers, LimitGate[] others, int passed)
    {
        for (; GateAfter(passed, callers, others) is { } gate; passed++)
        {
            if (!gate.TryPass(call) && !(gate.HasQueue && await WaitAsync(call, gate).ConfigureAwait(false)))
                throw _held.Reports.Refused(gate, method.Method);
        }
    }

    private static async ValueTask<bool> WaitAsync(ServerCall call, LimitGate gate)
    {
        try
        {
            return await gate.WaitAsync(call).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (call.IsCancelled)
        {
            throw new RpcException(call.CancelledStatus());
        }
    }

    private static LimitGate? GateAfter(int passed, LimitGate[] first, LimitGate[] second)
    {
        if (passed < first.Length)
            return first[passed];
        passed -= first.Length;
        return passed < second.Length ? second[passed] : null;
    }

    private string? KeyOf(ServerCallContext context, MethodLimit method)
    {
        try
        {
            return _callerKey!(context);
        }
        catch (Exception exception)
        {
            _held.Reports.CallerKeyFailed(method.Method, exception);
            return null;
        }
    }
}
