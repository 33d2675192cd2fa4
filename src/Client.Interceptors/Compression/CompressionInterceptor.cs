using Google.Protobuf;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// Compresses requests with gzip, but not small ones; of streamed requests each message is decided on by itself. What the caller chose for
/// a call wins: if its metadata has <c>grpc-internal-encoding-request</c> (<c>gzip</c> or <c>identity</c>), the call is left as it
/// is; if its write options, or those of its request stream, say <see cref="WriteFlags.NoCompress"/>, that stays.
/// </summary>
public sealed class CompressionInterceptor : ClientInterceptor
{
    private static readonly WriteOptions Uncompressed = new(WriteFlags.NoCompress);

    private readonly MethodSelector? _methods;
    private readonly MethodSelector? _excluded;
    private readonly bool _enabled;
    private readonly int _minimumSize;
    private readonly Func<object?, WriteOptions?, WriteOptions?>? _messageWriteOptions;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">What is compressed; the defaults if null.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public CompressionInterceptor(IOptions<CompressionOptions>? options = null)
    {
        var checkedOptions = new CompressionOptionsValidator().Checked(options);
        _enabled = checkedOptions.Enabled;
        _minimumSize = checkedOptions.MinimumSize;
        _methods = checkedOptions.Methods.Count > 0 ? MethodSelector.Parse(checkedOptions.Methods) : null;
        _excluded = checkedOptions.ExcludedMethods.Count > 0 ? MethodSelector.Parse(checkedOptions.ExcludedMethods) : null;
        _messageWriteOptions = _minimumSize > 0 ? ForMessage : null;
    }

    /// <inheritdoc/>
    protected internal override void Prepare(ref OutgoingCall call)
    {
        if (!_enabled || call.Headers.IsEncodingChosen() || !IsFor(call.Method.FullName))
            return;

        if (call.Request is null)
        {
            // Even where the call says NoCompress: its stream may say otherwise for a message, and then needs an encoding.
            call.EditHeaders().ChooseGzip();
            call.MessageWriteOptions = _messageWriteOptions;
            return;
        }

        var options = call.Options.WriteOptions;
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

    private bool IsFor(string method) => _methods?.Matches(method) != false && _excluded?.Matches(method) != true;

    private WriteOptions? ForMessage(object? message, WriteOptions? options) =>
        Compresses(options) && IsTooSmall(message) ? WithoutCompression(options) : options;

    private bool IsTooSmall(object? message) => _minimumSize > 0 && message is IMessage sized && sized.CalculateSize() < _minimumSize;

    private static bool Compresses(WriteOptions? options) => options is null || (options.Flags & WriteFlags.NoCompress) == 0;

    private static WriteOptions WithoutCompression(WriteOptions? options) =>
        options is null || options.Flags == 0 ? Uncompressed : new WriteOptions(options.Flags | WriteFlags.NoCompress);
}
