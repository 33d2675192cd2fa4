using System.Collections.Frozen;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// Sets a default deadline on calls that have none, and caps each deadline by that of the call being handled. The caller's own deadline
/// is never made later; <see cref="DateTime.MaxValue"/> as the caller's keeps the default away, but not the cap. A call whose
/// time is already gone fails with DeadlineExceeded without being sent. Likewise a call ends as cancelled when the caller of the call being
/// handled goes away.
/// </summary>
public sealed class DeadlineInterceptor : ClientInterceptor
{
    private readonly TimeProvider _time;
    // Null if there are none.
    private readonly FrozenDictionary<string, TimeSpan>? _methods;
    private readonly FrozenDictionary<string, TimeSpan>? _services;
    private readonly TimeSpan? _default;
    private readonly TimeSpan _reserve;
    private readonly bool _streams;
    private readonly bool _capped;
    private readonly bool _cancelled;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">The times; without them only the incoming call bounds a call.</param>
    /// <param name="timeProvider">Tells what time it is; the system's if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public DeadlineInterceptor(IOptions<DeadlineOptions>? options = null, TimeProvider? timeProvider = null)
    {
        var checkedOptions = new DeadlineOptionsValidator().Checked(options);
        _time = timeProvider ?? TimeProvider.System;
        _default = checkedOptions.Default;
        _reserve = checkedOptions.IncomingReserve;
        _streams = checkedOptions.IncludeStreams;
        _capped = checkedOptions.CapByIncomingCall;
        _cancelled = checkedOptions.CancelWithIncomingCall;
        var names = checkedOptions.Methods.ToLookup(entry => entry.Key.TrimStart('/').Contains('/', StringComparison.Ordinal));
        // As IMethod writes them: a full name with its leading slash, a service without.
        _methods = TimesOf(names[true], "/");
        _services = TimesOf(names[false], "");

        static FrozenDictionary<string, TimeSpan>? TimesOf(IEnumerable<KeyValuePair<string, TimeSpan>> entries, string start) =>
            entries.Any()
            ? entries.ToFrozenDictionary(entry => start + entry.Key.TrimStart('/'), entry => entry.Value, StringComparer.Ordinal)
            : null;
    }

    internal override ClientInterceptorSteps Steps => ClientInterceptorSteps.Prepare;

    /// <inheritdoc/>
    protected internal override void Prepare(ref OutgoingCall call)
    {
        var callers = call.Deadline;
        var deadline = callers ?? After(TimeFor(call.Method));
        var incoming = _capped || _cancelled ? IncomingCall.Current : null;
        if (_capped && incoming?.Deadline is { } end && end != DateTime.MaxValue)
            deadline = Earlier(deadline, Before(end.ToUniversalTime()));
        call.Deadline = deadline;
        if (_cancelled && incoming is not null)
            call.CancelWith(incoming);
    }

    private TimeSpan? TimeFor(IMethod method)
    {
        if (_methods is not null && _methods.TryGetValue(method.FullName, out var own))
            return own;
        if (method.Type != MethodType.Unary && !_streams)
            return null;
        return _services is not null && _services.TryGetValue(method.ServiceName, out var services) ? services : _default;
    }

    private DateTime? After(TimeSpan? time)
    {
        if (time is not { } span || span == Timeout.InfiniteTimeSpan)
            return null;
        var now = _time.GetUtcNow().UtcDateTime;
        return span < DateTime.MaxValue - now ? now + span : null;
    }

    private DateTime Before(DateTime incoming) =>
        incoming - DateTime.UnixEpoch > _reserve ? incoming - _reserve : DateTime.UnixEpoch;

    /// <summary>
    /// The earlier one. A caller's that the library will refuse (local time) is left to it unless it is the later one.
    /// </summary>
    private static DateTime Earlier(DateTime? deadline, DateTime cap) =>
        deadline is { } own && (own == DateTime.MinValue || (own != DateTime.MaxValue && own.ToUniversalTime() <= cap)) ? own : cap;
}
