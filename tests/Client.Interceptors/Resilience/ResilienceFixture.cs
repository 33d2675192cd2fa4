using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

/// <summary>A server whose calls a test can make fail, and clients with an interceptor on stepped time.</summary>
public abstract class ResilienceFixture : IAsyncLifetime
{
    protected const string Service = "interceptors.testing.Probe";

    private int _arrived;

    protected int Arrived => Volatile.Read(ref _arrived);

    private protected SteppedTime Time { get; } = new();

    protected LogCapture Logs { get; } = new();

    protected MeterCapture Meters { get; } = new(ClientTimingInterceptor.MeterName);

    protected ProbeServer Server { get; private set; } = null!;

    /// <summary>The <c>grpc-previous-rpc-attempts</c> of each call that arrived; empty where there was none.</summary>
    protected List<string> PreviousAttempts { get; } = [];

    public async ValueTask InitializeAsync() => Server = await ProbeServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
        Logs.Dispose();
        Meters.Dispose();
    }

    /// <summary>What happens to the n-th call that arrives, from 1.</summary>
    protected void OnArrival(Action<int, ServerCallContext> act) => OnArrival((number, context) =>
    {
        act(number, context);
        return Task.CompletedTask;
    });

    protected void OnArrival(Func<int, ServerCallContext, Task> act) => Server.Observer.OnCall = context =>
    {
        lock (PreviousAttempts)
            PreviousAttempts.Add(context.GetHttpContext().Request.Headers["grpc-previous-rpc-attempts"].ToString());
        return act(Interlocked.Increment(ref _arrived), context);
    };

    protected void FailFirst(int count, StatusCode code = StatusCode.Unavailable, string? pushback = null) => OnArrival((number, _) =>
    {
        if (number <= count)
            throw Failure(code, number, pushback);
    });

    protected static RpcException Failure(StatusCode code = StatusCode.Unavailable, int number = 0, string? pushback = null)
    {
        var trailers = new Metadata { { "x-number", $"{number}" } };
        if (pushback is not null)
            trailers.Add("grpc-retry-pushback-ms", pushback);
        return new RpcException(new Status(code, $"failure {number}"), trailers);
    }

    protected Probe.ProbeClient Client(ResilienceOptions options, bool steppedTime = true) => Server.Client(channel => channel.Intercept(
        new ResilienceInterceptor(
            Options.Create(options), new Logger<ResilienceInterceptor>(Logs.Factory()), steppedTime ? Time : null, Meters)));

    /// <summary>Without pauses, unless given.</summary>
    protected static ResilienceOptions Retrying(int maxAttempts = 3, TimeSpan delay = default, string methods = "*") => new()
    {
        Retry = new RetryOptions
        {
            MaxAttempts = maxAttempts,
            BaseDelay = delay,
            MaxDelay = TimeSpan.FromMinutes(1),
            Jitter = 0,
            IdempotentMethods = { methods },
        },
    };

    /// <summary>Goes on once somebody waits for a pause of the given length.</summary>
    protected async Task PassAsync(TimeSpan pause)
    {
        await Eventually.True(() => Time.Waiting.Contains(pause), $"a pause of {pause} is waited for");
        Time.Advance(pause);
    }

    private protected static async Task<RpcException> FailsAsync(Func<Task> call) => await Assert.ThrowsAsync<RpcException>(call);

    protected static Task<StatusCode> StatusAsync(AsyncUnaryCall<ProbeResponse> call) => StatusAsync(call.ResponseAsync);

    protected static async Task<StatusCode> StatusAsync(Task call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }
}
