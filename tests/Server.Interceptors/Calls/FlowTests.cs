using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>Calls that end before the first await take another path than those that don't: neither may be told from the other.</summary>
public sealed class FlowTests
{
    private static readonly InvalidOperationException Failure = new("failed");

    [Theory]
    [InlineData("at once")]
    [InlineData("later")]
    [InlineData("throws")]
    [InlineData("throws later")]
    [InlineData("starts later")]
    [InlineData("refuses")]
    public async Task What_a_step_sets_in_an_AsyncLocal_reaches_the_handler_and_not_the_caller(string how)
    {
        var step = new SetsLocal(how);
        string? inside = null;
        var ending = new TaskCompletionSource();

        var call = step.UnaryServerHandler<string, string>("request", new TestServerCallContext(), async (_, _) =>
        {
            inside = SetsLocal.Local.Value;
            if (how is "throws")
                throw Failure;
            if (how is "later" or "throws later")
                await ending.Task;
            return how is "throws later" ? throw Failure : "response";
        });
        var afterCalling = SetsLocal.Local.Value;
        step.Starting.SetResult();
        ending.SetResult();
        var thrown = await Record.ExceptionAsync(() => call);

        Assert.Null(afterCalling);
        Assert.Null(SetsLocal.Local.Value);
        Assert.Equal(how == "refuses" ? null : "set", inside);
        Assert.Equal(how is "refuses" or "throws" or "throws later", thrown is not null);
    }

    [Fact]
    public void A_handler_that_ends_at_once_keeps_its_own_task()
    {
        var response = Task.FromResult("response");

        Assert.Same(response, new SetsLocal("at once").UnaryServerHandler("request", new TestServerCallContext(), (_, _) => response));
    }

    [Theory]
    [InlineData("throws", typeof(InvalidOperationException))]
    [InlineData("failed", typeof(InvalidOperationException))]
    [InlineData("failed later", typeof(InvalidOperationException))]
    [InlineData("cancelled", typeof(TaskCanceledException))]
    [InlineData("cancelled later", typeof(OperationCanceledException))]
    public async Task However_a_handler_fails_the_steps_see_its_exception(string how, Type expected)
    {
        var recorder = new RecordingInterceptor();
        await using var server = await ProbeServer.StartAsync(services => services
            .AddSingleton(recorder)
            .AddSingleton(new Inside(how))
            .AddGrpc(options =>
            {
                options.Interceptors.Add<RecordingInterceptor>();
                options.Interceptors.Add<Inside>();
            }));

        await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(new ProbeRequest()).ResponseAsync);

        var ended = Assert.Single(recorder.Ended);
        Assert.Equal(expected, ended.Error?.GetType());
        Assert.Equal(how.StartsWith("failed", StringComparison.Ordinal), ReferenceEquals(Failure, ended.Error));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Resources_are_disposed_even_if_one_of_them_throws_and_the_call_stays_as_it_is(bool late)
    {
        var resources = new TakesResources();
        await using var server = await ProbeServer.StartAsync(services =>
            services.AddSingleton(resources).AddGrpc(options => options.Interceptors.Add<TakesResources>()));
        if (late)
            server.Observer.OnCall = async _ => await Task.Yield();

        Assert.Equal("sent", (await server.Client().UnaryAsync(new ProbeRequest { Text = "sent" })).Text);

        await Eventually.True(() => resources.Disposed == 3, "all are disposed");
    }

    private sealed class SetsLocal(string how) : ServerInterceptor
    {
        public static readonly AsyncLocal<string?> Local = new();

        public TaskCompletionSource Starting { get; } = new();

        protected override ValueTask OnStartAsync(ServerCall call)
        {
            Local.Value = "set";
            return how switch
            {
                "refuses" => throw new RpcException(new Status(StatusCode.PermissionDenied, "no")),
                "starts later" => new ValueTask(Starting.Task),
                _ => default,
            };
        }
    }

    private sealed class Inside(string how) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) => how switch
            {
                "throws" => throw new InvalidOperationException("thrown"),
                "failed" => Task.FromException<TResponse>(Failure),
                "failed later" => Later<TResponse>(Failure),
                "cancelled" => Task.FromCanceled<TResponse>(new CancellationToken(canceled: true)),
                _ => Later<TResponse>(new OperationCanceledException()),
            };

        private static async Task<T> Later<T>(Exception exception)
        {
            await Task.Yield();
            throw exception;
        }
    }

    private sealed class TakesResources : ServerInterceptor
    {
        private int _disposed;

        public int Disposed => Volatile.Read(ref _disposed);

        protected override ValueTask OnStartAsync(ServerCall call)
        {
            for (var i = 0; i < 3; i++)
                call.DisposeAtEnd(new Throwing(() => Interlocked.Increment(ref _disposed)));
            return default;
        }
    }

    private sealed class Throwing(Action disposed) : IDisposable
    {
        public void Dispose()
        {
            disposed();
            throw new InvalidOperationException("disposed");
        }
    }
}
