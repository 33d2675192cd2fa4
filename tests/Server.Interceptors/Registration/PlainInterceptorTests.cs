using Grpc.Core;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>Interceptors that know nothing of the kit.</summary>
[Trait("case", "interceptors 18")]
public sealed class PlainInterceptorTests
{
    public static TheoryData<CallKind> Kinds { get; } = new(Enum.GetValues<CallKind>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_one_in_the_set_throws_is_recovered_with_the_trace_id(CallKind kind)
    {
        await using var server = await ProbeServer.StartAsync(static services => services
            .AddSingleton<ThrowingInterceptor.Calls>().AddServerInterceptors().Add<ThrowingInterceptor>().AddStandard());

        var failure = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, kind));

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.Contains("given-id", failure.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(ThrowingInterceptor.Secret, failure.Status.Detail, StringComparison.Ordinal);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count == 1, "the call is logged");
        Assert.Equal(StatusCode.Internal, server.Logs.Named("CallEnded").Single().Fields["Status"]);
        var recovered = Assert.Single(
            server.Logs.Lines, line => line.Category.EndsWith(nameof(RecoveryInterceptor), StringComparison.Ordinal));
        Assert.Contains(ThrowingInterceptor.Secret, recovered.Exception!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_added_to_gRPC_before_the_set_stands_outside_of_it()
    {
        await using var server = await ProbeServer.StartAsync(static services =>
        {
            services.AddSingleton<ThrowingInterceptor.Calls>().AddGrpc(grpc => grpc.Interceptors.Add<ThrowingInterceptor>());
            services.AddServerInterceptors().AddStandard();
        });

        var failure = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, CallKind.Unary));

        Assert.Equal(StatusCode.Unknown, failure.StatusCode);
        Assert.DoesNotContain("given-id", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_added_to_gRPC_after_the_set_stands_inside_of_it()
    {
        await using var server = await ProbeServer.StartAsync(static services =>
        {
            services.AddServerInterceptors().AddStandard();
            services.AddSingleton<ThrowingInterceptor.Calls>().AddGrpc(grpc => grpc.Interceptors.Add<ThrowingInterceptor>());
        });

        var failure = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, CallKind.Unary));

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.Contains("given-id", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Those_of_the_user_run_in_the_order_of_adding_whichever_base_they_have(CallKind kind)
    {
        var order = new Order();
        await using var server = await ProbeServer.StartAsync(services => services
            .AddSingleton(order).AddSingleton(new ThrowingInterceptor.Calls { Throw = false })
            .AddServerInterceptors().Add<First>().Add<ThrowingInterceptor>().Add<Second>().Add<First>().AddStandard());
        server.Observer.OnCall = _ =>
        {
            order.Add("handler");
            return Task.CompletedTask;
        };

        await CallAsync(server, kind);

        Assert.Equal(["First given-id", "Second given-id", "handler"], order.Seen);
        Assert.Equal(1, server.Services.GetRequiredService<ThrowingInterceptor.Calls>().Count);
    }

    [Fact]
    public async Task One_that_can_not_be_made_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ProbeServer.StartAsync(static services =>
            services.AddServerInterceptors().Add<ThrowingInterceptor>().AddStandard()));

        Assert.Contains(nameof(ThrowingInterceptor.Calls), error.Message, StringComparison.Ordinal);
    }

    private static async Task CallAsync(ProbeServer server, CallKind kind)
    {
        var client = server.Client();
        var headers = new Metadata { { "x-trace-id", "given-id" } };
        var request = new ProbeRequest { Responses = 1 };
        switch (kind)
        {
            case CallKind.ClientStreaming:
                using (var call = client.ClientStream(headers))
                {
                    await call.RequestStream.CompleteAsync();
                    await call;
                }

                break;
            case CallKind.ServerStreaming:
                using (var call = client.ServerStream(request, headers))
                    await call.ResponseStream.MoveNext(default);
                break;
            case CallKind.Duplex:
                using (var call = client.Duplex(headers))
                {
                    await call.RequestStream.CompleteAsync();
                    await call.ResponseStream.MoveNext(default);
                }

                break;
            default:
                await client.UnaryAsync(request, headers);
                break;
        }
    }

    private sealed class Order
    {
        private readonly List<string> _seen = [];

        public IReadOnlyList<string> Seen => _seen;

        public void Add(string what) => _seen.Add(what);
    }

    private sealed class First(Order order) : ServerInterceptor
    {
        protected override ValueTask OnStartAsync(ServerCall call)
        {
            order.Add($"First {IncomingCall.Current?.TraceId}");
            return default;
        }
    }

    private sealed class Second(Order order) : ServerInterceptor
    {
        protected override ValueTask OnStartAsync(ServerCall call)
        {
            order.Add($"Second {call.TraceId}");
            return default;
        }
    }
}
