using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Interceptors.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

/// <summary>The failure of a handler's own outgoing call is not the answer to its caller.</summary>
public sealed class OutgoingFailureTests
{
    private const string Secret = "db-7.internal password=x";

    [Fact]
    [Trait("case", "interceptors 1")]
    [Trait("case", "security 4")]
    public async Task A_back_end_that_refuses_the_front_costs_the_caller_no_token()
    {
        await using var hops = await TwoHops.StartAsync(back: static builder => builder.AddTokenAuthentication(Tokens.Verifier()));
        var source = new CountingTokenSource();
        var caller = hops.Front.Client(channel => channel.Intercept(ClientInterceptors.Standard(configure: options =>
        {
            options.Tokens = source;
            options.FallbackToken = static token => token.AllowPlainText = true;
        })));

        var error = await hops.FailAsync(client: caller);

        Assert.Equal(1, hops.FrontRuns);
        Assert.Equal(1, source.Fetched);
        Assert.Equal(StatusCode.Internal, error.StatusCode);
        var traceId = Assert.Single(error.Trailers, static entry => entry.Key == "x-trace-id").Value;
        Assert.Equal($"The server failed to handle the call. Trace id: {traceId}", error.Status.Detail);
        Assert.Null(error.Trailers.GetValue("www-authenticate"));
    }

    [Fact]
    [Trait("case", "interceptors 2")]
    [Trait("case", "security 4")]
    public async Task What_a_client_made_up_locally_stays_in_the_log()
    {
        // Nobody listens there: port 1 is reserved.
        using var nobody = GrpcChannel.ForAddress("http://127.0.0.1:1");
        await using var hops = await TwoHops.StartAsync(calls: async (_, _) =>
            await new Probe.ProbeClient(nobody.Intercept(ClientInterceptors.Standard())).UnaryAsync(new ProbeRequest()));

        var error = await hops.FailAsync();

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal("The server is unavailable.", error.Status.Detail);
        var line = Assert.Single(hops.Front.Logs.Named("HandlerFailed"));
        Assert.Contains("Connection refused", line.Exception!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, StatusCode.InvalidArgument, Secret)]
    [InlineData(StatusCode.NotFound, StatusCode.NotFound, Secret)]
    [InlineData(StatusCode.AlreadyExists, StatusCode.AlreadyExists, Secret)]
    [InlineData(StatusCode.FailedPrecondition, StatusCode.FailedPrecondition, Secret)]
    [InlineData(StatusCode.Aborted, StatusCode.Aborted, Secret)]
    [InlineData(StatusCode.OutOfRange, StatusCode.OutOfRange, Secret)]
    [InlineData(StatusCode.Unavailable, StatusCode.Unavailable, "The server is unavailable.")]
    [InlineData(StatusCode.DeadlineExceeded, StatusCode.DeadlineExceeded, "The server did not finish in time.")]
    [InlineData(StatusCode.Cancelled, StatusCode.Cancelled, "The call was cancelled by the server.")]
    [InlineData(StatusCode.ResourceExhausted, StatusCode.ResourceExhausted, "A resource is exhausted.")]
    [InlineData(StatusCode.Unauthenticated, StatusCode.Internal, null)]
    [InlineData(StatusCode.PermissionDenied, StatusCode.Internal, null)]
    [InlineData(StatusCode.Unimplemented, StatusCode.Internal, null)]
    [InlineData(StatusCode.Internal, StatusCode.Internal, null)]
    [InlineData(StatusCode.Unknown, StatusCode.Internal, null)]
    [InlineData(StatusCode.DataLoss, StatusCode.Internal, null)]
    [Trait("case", "interceptors 1")]
    [Trait("case", "security 4")]
    public async Task The_code_decides_what_passes_and_trailers_never_do(StatusCode inner, StatusCode seen, string? text)
    {
        await using var hops = await TwoHops.StartAsync();
        hops.Refuse(inner, Secret, new Metadata { { "x-inner", Secret }, { "grpc-retry-pushback-ms", "7" } });

        var error = await hops.FailAsync();

        Assert.Equal(seen, error.StatusCode);
        if (text is null)
            Assert.StartsWith("The server failed to handle the call. Trace id: ", error.Status.Detail, StringComparison.Ordinal);
        else
            Assert.Equal(text, error.Status.Detail);
        Assert.DoesNotContain(error.Trailers, static entry => entry.Key is "x-inner" or "grpc-retry-pushback-ms");
        Assert.Single(error.Trailers, static entry => entry.Key == "x-trace-id");
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary, CallKind.Unary)]
    [InlineData(CallKind.Unary, CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming, CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming, CallKind.Unary)]
    [InlineData(CallKind.Duplex, CallKind.Unary)]
    [InlineData(CallKind.Unary, CallKind.ClientStreaming)]
    [InlineData(CallKind.Unary, CallKind.ServerStreaming)]
    [InlineData(CallKind.Unary, CallKind.Duplex)]
    [Trait("case", "interceptors 1")]
    public async Task It_holds_for_all_kinds_of_inner_and_outer_call(CallKind inner, CallKind outer)
    {
        await using var hops = await TwoHops.StartAsync(inner: inner);
        hops.Refuse(StatusCode.PermissionDenied, Secret);

        Assert.Equal(StatusCode.Internal, (await hops.FailAsync(outer)).StatusCode);
    }

    [Theory]
    [InlineData("awaited together")]
    [InlineData("waited for")]
    [InlineData("several")]
    [InlineData("wrapped")]
    [InlineData("from another thread")]
    [Trait("case", "interceptors 1")]
    public async Task It_holds_however_the_exception_travels(string way)
    {
        await using var hops = await TwoHops.StartAsync(calls: (client, _) => way switch
        {
            "awaited together" => Task.WhenAll(TwoHops.CallAsync(client, CallKind.Unary), TwoHops.CallAsync(client, CallKind.Unary)),
            "waited for" => Task.Run(() => TwoHops.CallAsync(client, CallKind.Unary).Wait()),
            "several" => Task.Run(() =>
                Task.WhenAll(TwoHops.CallAsync(client, CallKind.Unary), TwoHops.CallAsync(client, CallKind.Duplex)).Wait()),
            "wrapped" => WrapAsync(TwoHops.CallAsync(client, CallKind.Unary)),
            _ => Task.Factory.StartNew(
                () => client.Unary(new ProbeRequest()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
        });
        hops.Refuse(StatusCode.Unauthenticated, Secret);

        var error = await hops.FailAsync();

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);

        static async Task WrapAsync(Task call)
        {
            try
            {
                await call;
            }
            catch (RpcException exception)
            {
                throw new InvalidOperationException("wrapped", exception);
            }
        }
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    [Trait("case", "interceptors 1")]
    public async Task Without_the_kits_client_the_exception_may_still_show_where_it_comes_from(CallKind inner)
    {
        await using var hops = await TwoHops.StartAsync(inner: inner, withKit: false);
        hops.Refuse(StatusCode.PermissionDenied, Secret);

        Assert.Equal(StatusCode.Internal, (await hops.FailAsync()).StatusCode);
    }

    [Fact]
    [Trait("case", "interceptors 2")]
    public async Task Without_the_kits_client_a_local_failure_is_recognised()
    {
        using var nobody = GrpcChannel.ForAddress("http://127.0.0.1:1");
        await using var hops = await TwoHops.StartAsync(
            calls: async (_, _) => await new Probe.ProbeClient(nobody).UnaryAsync(new ProbeRequest()));

        Assert.Equal("The server is unavailable.", (await hops.FailAsync()).Status.Detail);
    }

    [Fact]
    [Trait("case", "interceptors 1")]
    public async Task What_the_handler_itself_throws_passes()
    {
        await using var hops = await TwoHops.StartAsync(calls: static async (client, _) =>
        {
            try
            {
                await client.UnaryAsync(new ProbeRequest());
            }
            catch (RpcException exception)
            {
                throw new RpcException(new Status(exception.StatusCode, "chosen by the front", exception),
                    new Metadata { { "x-own", "1" } });
            }
        });
        hops.Refuse(StatusCode.PermissionDenied, Secret);

        var error = await hops.FailAsync();

        Assert.Equal((StatusCode.PermissionDenied, "chosen by the front"), (error.StatusCode, error.Status.Detail));
        Assert.Equal("1", error.Trailers.GetValue("x-own"));
    }

    [Theory]
    [InlineData(OutgoingFailureHandling.Hide, StatusCode.Internal)]
    [InlineData(OutgoingFailureHandling.PassThrough, StatusCode.NotFound)]
    [Trait("case", "interceptors 1")]
    public async Task An_option_changes_it(OutgoingFailureHandling handling, StatusCode seen)
    {
        await using var hops = await TwoHops.StartAsync(options => options.OutgoingFailures = handling);
        hops.Refuse(StatusCode.NotFound, "inner text", new Metadata { { "x-inner", "1" } });

        var error = await hops.FailAsync();

        Assert.Equal(seen, error.StatusCode);
        Assert.Equal(handling == OutgoingFailureHandling.PassThrough ? "1" : null, error.Trailers.GetValue("x-inner"));
    }

    [Fact]
    [Trait("case", "interceptors 1")]
    public async Task A_mapping_of_ones_own_comes_first_and_one_for_all_exceptions_does_not_count()
    {
        await using var hops = await TwoHops.StartAsync(static options => options
            .Map<Exception>(StatusCode.DataLoss)
            .Map<RpcException>(static (failure, _) => failure.StatusCode == StatusCode.Unauthenticated
                ? new Google.Rpc.Status { Code = (int)StatusCode.Unavailable, Message = "sign-in is down" }
                : null));
        hops.Refuse(StatusCode.Unauthenticated, Secret);

        var mapped = await hops.FailAsync();
        hops.Refuse(StatusCode.NotFound, "no such thing");
        var other = await hops.FailAsync();

        Assert.Equal((StatusCode.Unavailable, "sign-in is down"), (mapped.StatusCode, mapped.Status.Detail));
        Assert.Equal((StatusCode.NotFound, "no such thing"), (other.StatusCode, other.Status.Detail));
    }

    [Fact]
    [Trait("case", "interceptors 1")]
    public async Task It_is_logged_once_with_its_exception()
    {
        await using var hops = await TwoHops.StartAsync();
        hops.Refuse(StatusCode.Unauthenticated, Secret);

        await hops.FailAsync();

        var line = Assert.Single(hops.Front.Logs.Named("HandlerFailed"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains(Secret, line.Exception!.Message, StringComparison.Ordinal);
    }

    private sealed class CountingTokenSource : ITokenSource
    {
        public int Fetched { get; private set; }

        public ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken)
        {
            Fetched++;
            return new(new AccessToken($"token-{Fetched}"));
        }

        public void Invalidate(AccessToken token)
        {
        }
    }
}
