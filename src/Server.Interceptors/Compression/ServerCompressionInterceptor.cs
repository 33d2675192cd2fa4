using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// Keeps responses that are not worth it from being compressed: small ones, and those of chosen methods; of streamed responses each
/// message is decided on by itself. What the handler chose wins: if it set write options, of the call or of its stream,
/// those stay. That anything is compressed, and only for callers that take gzip, is gRPC's own doing: set up by <c>AddCompression</c>, or
/// without it by <c>services.AddGrpc(options => options.UseBoundedGzip(compressResponses: true))</c>.
/// </summary>
public sealed class ServerCompressionInterceptor : ServerInterceptor
{
    private readonly ServerCompressionOptions _options;
    private readonly Func<string, bool>? _methods;
    private readonly Func<string, bool>? _excluded;
    private readonly Func<object?, bool> _isTooSmall;
    // Interceptors see methods that exist only.
    private readonly ConcurrentDictionary<string, bool> _compresses = new(StringComparer.Ordinal);

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">What is compressed; the defaults if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public ServerCompressionInterceptor(IOptions<ServerCompressionOptions>? options = null)
    {
        _options = new ServerCompressionOptionsValidator().Checked(options);
        _methods = _options.Methods.Count > 0 ? MethodPattern.AnyOf(_options.Methods) : null;
        _excluded = _options.ExcludedMethods.Count > 0 ? MethodPattern.AnyOf(_options.ExcludedMethods) : null;
        _isTooSmall = IsTooSmall;
    }

    /// <inheritdoc/>
    protected internal override ValueTask OnStartAsync(ServerCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (!call.IsGrpc)
            return default;
        if (!Compresses(call.Method))
            call.Context.WriteOptions ??= MessageTracker.Uncompressed;
        else if (_options.MinimumSize > 0)
            call.TrackMessages().SendsUncompressed = _isTooSmall;
        return default;
    }

    /// <inheritdoc/>
    protected internal override Exception? OnEnd(ServerCall call, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.Messages is { SendsUncompressed: not null, Response: { } response })
            call.Context.WriteOptions = call.Messages.OptionsFor(response, call.Context.WriteOptions);
        return error;
    }

    private bool Compresses(string method) =>
        _options.Enabled && _compresses.GetOrAdd(method, static (name, self) => self.IsChosen(MethodPattern.Bare(name)), this);

    private bool IsChosen(string method) => _methods?.Invoke(method) != false && _excluded?.Invoke(method) != true;

    private bool IsTooSmall(object? message) => message is IMessage sized && sized.CalculateSize() < _options.MinimumSize;
}
