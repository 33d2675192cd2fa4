using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The request stream of a call that starts later: writing waits for that.</summary>
internal sealed class WaitingRequests<TRequest>(Task<IClientStreamWriter<TRequest>> started) : IClientStreamWriter<TRequest>
{
    private WriteOptions? _writeOptions;

    public WriteOptions? WriteOptions
    {
        get => started.IsCompletedSuccessfully ? started.Result.WriteOptions : _writeOptions;
        set
        {
            _writeOptions = value;
            if (started.IsCompletedSuccessfully)
                started.Result.WriteOptions = value;
        }
    }

    public async Task WriteAsync(TRequest message) => await (await WriterAsync().ConfigureAwait(false)).WriteAsync(message).ConfigureAwait(false);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken) =>
        await (await WriterAsync().WaitAsync(cancellationToken).ConfigureAwait(false)).WriteAsync(message, cancellationToken).ConfigureAwait(false);

    public async Task CompleteAsync() => await (await WriterAsync().ConfigureAwait(false)).CompleteAsync().ConfigureAwait(false);

    private async Task<IClientStreamWriter<TRequest>> WriterAsync()
    {
        if (started.IsCompletedSuccessfully)
            return started.Result;
        var writer = await started.ConfigureAwait(false);
        if (_writeOptions is { } chosen)
            writer.WriteOptions = chosen;
        return writer;
    }
}
