using Google.Protobuf;
using Grpc.Core;

namespace Interceptors.Testing;

/// <summary>Does what each request says; counts what is running, so that a test can wait for a handler to start and to end.</summary>
public sealed class ProbeService(ProbeService.Observer observer) : Probe.ProbeBase
{
    public const string Secret = "hunter2";
    public const string TrailerKey = "x-probe-trailer";

    /// <summary>What the handlers of a server have seen.</summary>
    public sealed class Observer
    {
        private int _running;

        public int Running => Volatile.Read(ref _running);

        /// <summary>Runs inside each handler before it does anything; for a test's own questions.</summary>
        public Func<ServerCallContext, Task> OnCall { get; set; } = static _ => Task.CompletedTask;

        /// <summary>The trace id that the handler finds in the ambient call; set by tests of packages that have one.</summary>
        public Func<string?> TraceId { get; set; } = static () => null;

        internal void Enter() => Interlocked.Increment(ref _running);

        internal void Leave() => Interlocked.Decrement(ref _running);
    }

    public override Task<ProbeResponse> Unary(ProbeRequest request, ServerCallContext context) =>
        HandleAsync(context, () => EndAsync(request, context));

    public override Task<ProbeResponse> ClientStream(IAsyncStreamReader<ProbeRequest> requestStream, ServerCallContext context) =>
        HandleAsync(context, async () =>
        {
            var last = new ProbeRequest();
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                last = requestStream.Current;
                if (last.Ending != Ending.Return)
                    break;
            }
            return await EndAsync(last, context);
        });

    public override Task ServerStream(ProbeRequest request, IServerStreamWriter<ProbeResponse> responseStream, ServerCallContext context) =>
        HandleAsync(context, () => StreamAsync(request, responseStream, context));

    public override Task Duplex(
        IAsyncStreamReader<ProbeRequest> requestStream, IServerStreamWriter<ProbeResponse> responseStream, ServerCallContext context) =>
        HandleAsync(context, async () =>
        {
            while (await requestStream.MoveNext(context.CancellationToken))
                await StreamAsync(requestStream.Current, responseStream, context);
            return new ProbeResponse();
        });

    private async Task<ProbeResponse> HandleAsync(ServerCallContext context, Func<Task<ProbeResponse>> handler)
    {
        // Before it counts as running: who waits for that finds what the first part of OnCall has noted.
        var asked = observer.OnCall(context);
        observer.Enter();
        try
        {
            await asked;
            return await handler();
        }
        finally
        {
            observer.Leave();
        }
    }

    private async Task<ProbeResponse> StreamAsync(
        ProbeRequest request, IServerStreamWriter<ProbeResponse> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.Responses; i++)
            await responseStream.WriteAsync(Describe(request, context), context.CancellationToken);
        return await EndAsync(request, context);
    }

    private async Task<ProbeResponse> EndAsync(ProbeRequest request, ServerCallContext context)
    {
        switch (request.Ending)
        {
            case Ending.ThrowStatus:
                throw new RpcException(new Status(StatusCode.NotFound, "no such thing"), new Metadata { { TrailerKey, "kept" } });
            case Ending.ThrowException:
                throw new InvalidOperationException($"the password is {Secret}");
            case Ending.Hang:
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                break;
            default:
                break;
        }
        return Describe(request, context);
    }

    private ProbeResponse Describe(ProbeRequest request, ServerCallContext context)
    {
        var response = new ProbeResponse { Text = request.Text, TraceId = observer.TraceId() ?? "" };
        foreach (var entry in context.RequestHeaders)
            response.Headers.Add(new Header { Key = entry.Key, Value = ByteString.CopyFrom(entry.ValueBytes) });
        return response;
    }
}
