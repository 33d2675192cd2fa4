using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The request stream of a call that was still waiting for a place when its caller got it.</summary>
internal sealed class QueuedRequestStream<TRequest, TResponse, TResult>(AttemptedCall<TRequest, TResponse, TResult> call)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private IClientStreamWriter<TRequest>? _requests;
    private WriteOptions? _writeOptions;

    public WriteOptions? WriteOptions
    {
        get => _requests is null ? _writeOptions : _requests.WriteOptions;
        set
        {
            _writeOptions = value;
            if (_requests is not null)
                _requests.WriteOptions = value;
        }
    }

    public async Task WriteAsync(TRequest message) =>
        await (await RequestsAsync().ConfigureAwait(false)).WriteAsync(message).ConfigureAwait(false);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken) =>
        await (await RequestsAsync().WaitAsync(cancellationToken).ConfigureAwait(false))
            .WriteAsync(message, cancellationToken).ConfigureAwait(false);

    public async Task CompleteAsync() => await (await RequestsAsync().ConfigureAwait(false)).CompleteAsync().ConfigureAwait(false);

    private async Task<IClientStreamWriter<TRequest>> RequestsAsync()
    {
        if (_requests is null)
        {
            var requests = InnerCall<TRequest, TResponse>.Requests(await call.OpenedAsync().ConfigureAwait(false));
            if (_writeOptions is not null)
                requests.WriteOptions = _writeOptions;
            _requests = requests;
        }
        return _requests;
    }
}
