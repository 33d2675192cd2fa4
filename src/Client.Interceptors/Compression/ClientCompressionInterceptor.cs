using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// Compresses requests with gzip, but not small ones; of streamed requests each message is decided on by itself. What the caller chose for
/// a call wins: if its metadata has <c>grpc-internal-encoding-request</c> (<c>gzip</c> or <c>identity</c>), the call is left as it
/// is; if its write options, or those of its request stream, say <see cref="WriteFlags.NoCompress"/>, that stays.
/// </summary>
/// <remarks>
/// Not every server takes gzip. A unary call that is refused for it is sent again uncompressed, and for ten minutes so is every call to
/// that service. Streams can't be sent again: they are compressed once a unary call has shown that their service takes it, or where
/// <see cref="ClientCompressionOptions.Methods"/> names them.
/// </remarks>
public sealed partial class ClientCompressionInterceptor : ClientInterceptor
{
    private static readonly WriteOptions Uncompressed = new(WriteFlags.NoCompress);

    private readonly MethodSelector? _methods;
    private readonly MethodSelector? _excluded;
    private readonly bool _enabled;
    private readonly int _minimumSize;
    private readonly Func<object?, WriteOptions?, WriteOptions?>? _messageWriteOptions;
    private readonly BoundedTable<string, GzipSupport> _services = new();
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private volatile GzipSupport? _last;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">What is compressed; the defaults if null.</param>
    /// <param name="logger">Told of servers that do not take gzip; may be null.</param>
    /// <param name="timeProvider">The clock; the system's if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public ClientCompressionInterceptor(
        IOptions<ClientCompressionOptions>? options = null, ILogger<ClientCompressionInterceptor>? logger = null,
            TimeProvider? timeProvider = null)
    {
        _logger = logger ?? NullLogger<ClientCompressionInterceptor>.Instance;
        _time = timeProvider ?? TimeProvider.System;
        var checkedOptions = new ClientCompressionOptionsValidator().Checked(options);
        _enabled = checkedOptions.Enabled;
        _minimumSize = checkedOptions.MinimumSize;
        _methods = checkedOptions.Methods.Count > 0 ? MethodSelector.Parse(checkedOptions.Methods) : null;
        _excluded = checkedOptions.ExcludedMethods.Count > 0 ? MethodSelector.Parse(checkedOptions.ExcludedMethods) : null;
        _messageWriteOptions = _minimumSize > 0 ? ForMessage : null;
    }

    internal override ClientInterceptorSteps Steps => ClientInterceptorSteps.Prepare | ClientInterceptorSteps.Observe;

    /// <inheritdoc/>
    protected internal override void Prepare(ref OutgoingCall call)
    {
        if (!_enabled || call.Headers.IsEncodingChosen() || !IsFor(call.Method.FullName))
            return;

        var support = SupportOf(call.Method);
        if (!support.MayTake || (call.Method.Type != MethodType.Unary && _methods is null && !support.IsKnown))
            return;
        if (call.Request is null)
        {
            // Even where the call says NoCompress: its stream may say otherwise for a message, and then needs an encoding.
            call.EditHeaders().ChooseGzip();
            call.MessageWriteOptions = _messageWriteOptions;
            return;
        }

        var options = call.WriteOptions;
        if (!Compresses(options))
            return;
        if (IsTooSmall(call.Request))
        {
            // Without an encoding of its own the call need not copy metadata; the flag is for whoever still adds one.
            call.Options = call.Options.WithWriteOptions(WithoutCompression(options));
            return;
        }
        call.EditHeaders().ChooseGzip();
    }

    /// <inheritdoc/>
    protected internal override bool Observes(scoped in OutgoingCall call) => call.Headers.IsGzipChosenHere();

    /// <inheritdoc/>
    protected internal override bool Reissues(ClientCall call, RpcException error)
    {
        if (error is null || !GzipSupport.IsRefusal(error.Status) || !call.Headers.IsGzipChosenHere())
            return false;
        Refused(call.Method);
        call.Use(call.Headers.WithoutGzip());
        return true;
    }

    /// <inheritdoc/>
    protected internal override void OnEnd(ClientCall call)
    {
        if (!call.Headers.IsGzipChosenHere())
            return;
        if (call.Status.StatusCode == StatusCode.OK)
            SupportOf(call.Method).Taken();
        else if (GzipSupport.IsRefusal(call.Status))
            Refused(call.Method);
    }

    private void Refused(IMethod method)
    {
        if (SupportOf(method).Refused())
            LogRefused(_logger, method.ServiceName);
    }

    // A client calls few services, and mostly the same one again.
    private GzipSupport SupportOf(IMethod method)
    {
        if (_last is { } last && ReferenceEquals(last.Service, method.ServiceName))
            return last;
        return _last = _services.GetOrAdd(method.ServiceName, static (service, time) => new GzipSupport(service, time), _time);
    }

    private bool IsFor(string method) => _methods?.Matches(method) != false && _excluded?.Matches(method) != true;

    private WriteOptions? ForMessage(object? message, WriteOptions? options) =>
        Compresses(options) && IsTooSmall(message) ? WithoutCompression(options) : options;

    private bool IsTooSmall(object? message) => _minimumSize > 0 && message is IMessage sized && sized.CalculateSize() < _minimumSize;

    private static bool Compresses(WriteOptions? options) => options is null || (options.Flags & WriteFlags.NoCompress) == 0;

    private static WriteOptions WithoutCompression(WriteOptions? options) =>
        options is null || options.Flags == 0 ? Uncompressed : new WriteOptions(options.Flags | WriteFlags.NoCompress);
}
