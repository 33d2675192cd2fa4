using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

/// <summary>Interceptors that must await something before a call.</summary>
public sealed class PrepareAsyncTests : IAsyncLifetime
{
    private static readonly bool[] Both = [true, false];

    private readonly List<string?> _received = [];
    private ProbeServer _server = null!;

    public static TheoryData<CallKind, CallEnd, bool> Calls =>
        [.. from call in CallDriver.All from waits in Both select (call.Kind, call.End, waits)];

    public static TheoryData<CallKind> Kinds => [.. Enum.GetValues<CallKind>()];

    public async ValueTask InitializeAsync()
    {
        _server = await ProbeServer.StartAsync();
        _server.Observer.OnCall = context =>
        {
            _received.Add(context.RequestHeaders.GetValue("x-tenant"));
            return Task.CompletedTask;
        };
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Every_kind_of_call_is_sent_once_it_is_prepared_and_ends_as_it_would_without(CallKind kind, CallEnd end, bool waits)
    {
        var observed = new RecordingInterceptor();
        var tenant = new Tenant(() => waits ? Task.Delay(10) : Task.CompletedTask);
        var driver = new CallDriver(_server.Client(channel => channel.Intercept(ClientInterceptors.Combine(observed, tenant))));

        var seen = await driver.RunAsync(kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        Assert.Equal(CallDriver.Expected(end), seen);
        Assert.Equal(["blue"], _received);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_it_throws_ends_the_call_which_is_not_sent(CallKind kind)
    {
        foreach (var waits in new[] { true, false })
        {
            var tenant = new Tenant(async () =>
            {
                if (waits)
                    await Task.Yield();
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "no such tenant"));
            });
            var observed = new RecordingInterceptor();
            var driver = new CallDriver(_server.Client(channel => channel.Intercept(ClientInterceptors.Combine(observed, tenant))));

            Assert.Equal(StatusCode.FailedPrecondition, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));
            await Eventually.True(() => observed.Ended.Count == 1, "the end is observed");
        }

        Assert.Empty(_received);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_deadline_that_passes_meanwhile_ends_the_call_and_the_waiting(CallKind kind)
    {
        var cancelled = new TaskCompletionSource();
        var tenant = new Tenant(call =>
        {
            call.CancellationToken.Register(cancelled.SetResult);
            return Task.Delay(Timeout.Infinite, call.CancellationToken);
        });

        var seen = await new CallDriver(_server.Client(channel => channel.Intercept(tenant)))
            .RunAsync(kind, CallEnd.Deadline, () => Task.CompletedTask);

        Assert.Equal(StatusCode.DeadlineExceeded, seen);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(_received);
    }

    private sealed class Tenant(Func<PreparingCall, Task> find) : ClientInterceptor
    {
        public Tenant(Func<Task> find)
            : this(_ => find())
        {
        }

        protected override async ValueTask PrepareAsync(PreparingCall call)
        {
            await find(call);
            call.Headers.Add("x-tenant", "blue");
        }
    }
}
