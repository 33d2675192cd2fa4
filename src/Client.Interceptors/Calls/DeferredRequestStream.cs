using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The request stream of a call that is sent later. Writing waits until then.</summary>
/// <param name="started">The call's own request stream.</param>
/// <param name="cancel">Cancels the call: as gRPC does where a write is cancelled.</param>
internal sealed class DeferredRequestStream<TRequest>(Func<Task<IClientStreamWriter<TRequest>>> started, Action cancel)
    : IClientStreamWriter<TRequest>
{
    private IClientStreamWriter<TRequest>? _writer;
    private WriteOptions? _writeOptions;

    public WriteOptions? WriteOptions
    {
        get => _writer is null ? _writeOptions : _writer.WriteOptions;
        set
        {
            _writeOptions = value;
            if (_writer is not null)
                _writer.WriteOptions = value;
        }
    }

    public async Task WriteAsync(TRequest message) =>
        await (await WriterAsync().ConfigureAwait(false)).WriteAsync(message).ConfigureAwait(false);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        IClientStreamWriter<TRequest> writer;
        using (cancellationToken.UnsafeRegister(static cancel => ((Action)cancel!)(), cancel))
            writer = await WriterAsync().ConfigureAwait(false);
        await writer.WriteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    public async Task CompleteAsync() => await (await WriterAsync().ConfigureAwait(false)).CompleteAsync().ConfigureAwait(false);

    private async Task<IClientStreamWriter<TRequest>> WriterAsync()
    {
        if (_writer is null)
        {
            var writer = await started().ConfigureAwait(false);
            if (_writeOptions is not null)
                writer.WriteOptions = _writeOptions;
            _writer = writer;
        }
        return _writer;
    }
}
