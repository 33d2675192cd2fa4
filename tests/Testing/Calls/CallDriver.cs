using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Interceptors.Testing;

/// <summary>Makes one call of a kind and brings it to one end, as a user's code would.</summary>
public sealed class CallDriver(Probe.ProbeClient client)
{
    private static readonly TimeSpan ShortDeadline = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Every kind with every end that it can have; a blocking call can be neither disposed nor abandoned, only streams can be abandoned.
    /// </summary>
    public static IEnumerable<(CallKind Kind, CallEnd End)> All =>
        from kind in Enum.GetValues<CallKind>()
        from end in Enum.GetValues<CallEnd>()
        where end != CallEnd.EarlyDispose || kind != CallKind.BlockingUnary
        where end < CallEnd.AbandonedThenCancelled || kind is CallKind.ServerStreaming or CallKind.Duplex
        select (kind, end);

    /// <summary>The status that the caller must see, or that an observer must, where the caller no longer looks.</summary>
    public static StatusCode Expected(CallEnd end, StatusCode exception = StatusCode.Unknown) => end switch
    {
        CallEnd.Success => StatusCode.OK,
        CallEnd.Error => StatusCode.NotFound,
        CallEnd.Exception => exception,
        CallEnd.Deadline or CallEnd.AbandonedThenDeadline => StatusCode.DeadlineExceeded,
        _ => StatusCode.Cancelled,
    };

    /// <summary>Makes the call.</summary>
    /// <param name="started">Completes when the server's handler runs; what interrupts a call waits for it.</param>
    /// <returns>The status that the caller saw; Cancelled where it stopped looking.</returns>
    public async Task<StatusCode> RunAsync(CallKind kind, CallEnd end, Func<Task> started)
    {
        using var cancellation = new CancellationTokenSource();
        var options = new CallOptions(
            cancellationToken: end is CallEnd.Cancellation or CallEnd.AbandonedThenCancelled ? cancellation.Token : default,
            deadline: end is CallEnd.Deadline or CallEnd.AbandonedThenDeadline ? DateTime.UtcNow + ShortDeadline : null);
        var request = new ProbeRequest
        {
            Text = "hello",
            Responses = 2,
            Ending = end switch
            {
                CallEnd.Success => Ending.Return,
                CallEnd.Error => Ending.ThrowStatus,
                CallEnd.Exception => Ending.ThrowException,
                _ => Ending.Hang,
            },
        };

        async Task Interrupt()
        {
            if (end is not (CallEnd.Cancellation or CallEnd.AbandonedThenCancelled))
                return;
            await started();
            await cancellation.CancelAsync();
        }

        try
        {
            switch (kind)
            {
                case CallKind.BlockingUnary:
                    var interrupted = Interrupt();
                    try
                    {
                        await Task.Factory.StartNew(
                            () => client.Unary(request, options), CancellationToken.None, TaskCreationOptions.LongRunning,
                            TaskScheduler.Default);
                    }
                    finally
                    {
                        await interrupted;
                    }
                    break;
                case CallKind.Unary:
                    await Respond(client.UnaryAsync(request, options), end, started, Interrupt, static call => call.ResponseAsync);
                    break;
                case CallKind.ClientStreaming:
                    var upload = client.ClientStream(options);
                    await Send(upload.RequestStream, request);
                    await Respond(upload, end, started, Interrupt, static call => call.ResponseAsync);
                    break;
                case CallKind.ServerStreaming:
                    await Read(client.ServerStream(request, options), end, Interrupt, static call => call.ResponseStream);
                    break;
                case CallKind.Duplex:
                    var duplex = client.Duplex(options);
                    await Send(duplex.RequestStream, request);
                    await Read(duplex, end, Interrupt, static call => call.ResponseStream);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(kind));
            }
            return Expected(end);
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }

    /// <summary>A call may end, or its connection break, before all requests are written; why, its responses say.</summary>
    private static async Task Send(IClientStreamWriter<ProbeRequest> requests, ProbeRequest request)
    {
        try
        {
            await requests.WriteAsync(request);
            await requests.CompleteAsync();
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or IOException)
        {
        }
    }

    private static async Task Respond<TCall>(
        TCall call, CallEnd end, Func<Task> started, Func<Task> interrupt, Func<TCall, Task<ProbeResponse>> response)
        where TCall : IDisposable
    {
        if (end == CallEnd.EarlyDispose)
        {
            await started();
            call.Dispose();
            return;
        }
        using (call)
        {
            await interrupt();
            await response(call);
        }
    }

    private static async Task Read<TCall>(
        TCall call, CallEnd end, Func<Task> interrupt, Func<TCall, IAsyncStreamReader<ProbeResponse>> stream)
        where TCall : IDisposable
    {
        var responses = stream(call);
        if (end < CallEnd.EarlyDispose)
        {
            using (call)
            {
                await responses.MoveNext(default);
                await interrupt();
                while (await responses.MoveNext(default))
                {
                }
            }
            return;
        }
        await responses.MoveNext(default);
        await interrupt();
        if (end == CallEnd.EarlyDispose)
            call.Dispose();
        else if (end == CallEnd.AbandonedThenDeadline)
            await Task.Delay(ShortDeadline);
        // Reachable until here, so that it is not the collector who ends the call; afterwards it is only dropped.
        if (end != CallEnd.AbandonedForEver)
            Reachable(call);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Reachable(object call) => GC.KeepAlive(call);
}
