using System.Threading.Channels;
using Grpc.Core;

namespace Interceptors.Testing.Calls;

/// <summary>Runs a call between its client and its handler. Whatever ends it first gives its status.</summary>
internal sealed class TestCallRun<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TimeProvider time)
    : TestCall(method, options), IDisposable
    where TRequest : class
    where TResponse : class
{
    private readonly Channel<TRequest> _requests = Channel.CreateUnbounded<TRequest>();
    private readonly Channel<TResponse> _responses = Channel.CreateUnbounded<TResponse>();
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TestCallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancellation = new();
    private int _written;

    public override CancellationToken CancellationToken => _cancellation.Token;

    public Task<Metadata> Headers => _headers.Task;

    public ChannelReader<TResponse> Responses => _responses.Reader;

    /// <summary>Null while the call runs.</summary>
    public TestCallEnd? Ended => _end.Task.IsCompleted ? _end.Task.Result : null;

    private bool HasOneResponse => Method.Type is MethodType.Unary or MethodType.ClientStreaming;

    /// <summary>Runs the handler up to its first wait, so that an answer that waits for nothing is there when the call returns.</summary>
    public void Start(Func<TestCall, Task> handler)
    {
        var left = Options.Deadline is { } deadline && deadline != DateTime.MaxValue
            ? deadline.ToUniversalTime() - time.GetUtcNow().UtcDateTime
            : TimeSpan.MaxValue;
        if (Options.CancellationToken.IsCancellationRequested)
            Cancel();
        else if (left <= TimeSpan.Zero)
            Expire();
        else
            _ = RunAsync(handler, left);
    }

    public async Task<TResponse> ResponseAsync()
    {
        (await _end.Task).ThrowIfFailed();
        return _responses.Reader.TryRead(out var response) ? response : throw new InvalidOperationException("The response was read twice.");
    }

    public bool TrySend(TRequest request) => _requests.Writer.TryWrite(request);

    public void CompleteRequests() => _requests.Writer.TryComplete();

    /// <summary>What <c>Dispose</c> of the client's call does.</summary>
    public void Dispose() => EndByClient(StatusCode.Cancelled, "gRPC call disposed.");

    public override async IAsyncEnumerable<object> ReadAllAsync()
    {
        await foreach (var request in _requests.Reader.ReadAllAsync(_cancellation.Token))
            yield return request;
    }

    public override Task WriteAsync(object response)
    {
        ArgumentNullException.ThrowIfNull(response);
        _cancellation.Token.ThrowIfCancellationRequested();
        var message = (TResponse)response;
        if (Interlocked.Increment(ref _written) > 1 && HasOneResponse)
        {
            throw new InvalidOperationException($"{Method.FullName} has one response, and the handler has written it.");
        }
        SendHeaders();
        _responses.Writer.TryWrite(message);
        return Task.CompletedTask;
    }

    public override void SendHeaders() => _headers.TrySetResult(ResponseHeaders);

    internal override async Task AnswerAsync(Func<object, object> answer)
    {
        if (Method.Type == MethodType.ClientStreaming)
        {
            var requests = new List<TRequest>();
            await foreach (var request in ReadAllAsync())
                requests.Add((TRequest)request);
            await WriteAsync(answer(requests));
            return;
        }
        await foreach (var request in ReadAllAsync())
        {
            var answered = answer(request);
            IEnumerable<TResponse> responses = Method.Type == MethodType.ServerStreaming
                ? (IEnumerable<TResponse>)answered
                : [(TResponse)answered];
            foreach (var response in responses)
                await WriteAsync(response);
        }
    }

    private async Task RunAsync(Func<TestCall, Task> handler, TimeSpan left)
    {
        using var cancelled = Options.CancellationToken.Register(Cancel);
        // A timer takes up to 49 days; a later deadline ends no test.
        using var timer = left.TotalDays < 49 ? time.CreateTimer(_ => Expire(), null, left, Timeout.InfiniteTimeSpan) : null;
        try
        {
            await handler(this);
            End(HasOneResponse && _written == 0
                ? new TestCallEnd(new InvalidOperationException(
                    $"The handler of {Method.FullName} has written no response. Write one, or throw an RpcException."))
                : new TestCallEnd(Status.DefaultSuccess, ResponseTrailers));
        }
        catch (RpcException exception)
        {
            foreach (var entry in exception.Trailers)
                ResponseTrailers.Add(entry);
            End(new TestCallEnd(exception.Status, ResponseTrailers));
        }
        catch (Exception exception)
        {
            End(new TestCallEnd(exception));
        }
    }

    public void Cancel() => EndByClient(StatusCode.Cancelled, "Call canceled by the client.");

    private void Expire() => EndByClient(StatusCode.DeadlineExceeded, "");

    private void EndByClient(StatusCode code, string detail)
    {
        var end = new TestCallEnd(new Status(code, detail), [], byClient: true);
        if (End(end))
            _cancellation.Cancel();
    }

    private bool End(TestCallEnd end)
    {
        if (!_end.TrySetResult(end))
            return false;
        if (end.ByClient && _headers.TrySetException(end.Failure!))
            _ = _headers.Task.Exception; // Nobody has to ask for the headers.
        SendHeaders();
        _requests.Writer.TryComplete();
        _responses.Writer.TryComplete();
        return true;
    }
}
