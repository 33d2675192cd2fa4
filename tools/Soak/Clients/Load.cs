using Grpc.Core;
using Interceptors.Soak.Protocol;

namespace Interceptors.Soak.Clients;

/// <summary>Workers that each begin the next call when the last has ended. Nothing is retried.</summary>
internal sealed class Load(CallRecord record)
{
    public const string Unary = "call";
    public const string Stream = "stream";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    // A failing call costs nothing, so a worker would make thousands of them in a moment.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(10);

    public async Task CallAsync(Target.TargetClient client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var started = record.Now;
            try
            {
                // Not ended with the load: a call that is running then counts.
                var deadline = DateTime.UtcNow + CallTimeout;
                record.Answered(
                    (await client.CallAsync(new CallRequest(), deadline: deadline, cancellationToken: CancellationToken.None)).Server);
            }
            catch (RpcException exception)
            {
                record.Failed(Unary, started, exception.Status);
                await Task.Delay(PauseAfterFailure, CancellationToken.None);
            }
        }
    }

    /// <summary>A stream that the server ends is opened again: it ends well when it drains.</summary>
    public async Task FollowAsync(Target.TargetClient client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var started = record.Now;
            try
            {
                using var call = client.Follow(new CallRequest(), cancellationToken: stop);
                await foreach (var _ in call.ResponseStream.ReadAllAsync(CancellationToken.None))
                {
                    // The messages say nothing; that they come is the point.
                }

                record.Streamed();
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                record.Streamed();
            }
            catch (RpcException exception)
            {
                record.Failed(Stream, started, exception.Status);
                await Task.Delay(PauseAfterFailure, CancellationToken.None);
            }
        }
    }
}
