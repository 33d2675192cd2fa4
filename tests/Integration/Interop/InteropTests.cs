using Google.Protobuf;
using Grpc.Core;

namespace Interceptors.Integration.Tests.Interop;

/// <summary>
/// gRPC's interop cases, by the names of their description, with every interceptor on both sides.
/// https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
/// </summary>
public sealed class InteropTests
{
    private const string Special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    private static readonly byte[] Trailing = [0xab, 0xab, 0xab];

    private static readonly Dictionary<string, Func<InteropPeers, Task>> Cases = new()
    {
        ["empty_unary"] = async peers => Assert.Equal(new Empty(), await peers.Client.EmptyCallAsync(new Empty())),
        ["cacheable_unary"] = CacheableUnaryAsync,
        ["large_unary"] = LargeUnaryAsync,
        ["client_compressed_unary"] = ClientCompressedUnaryAsync,
        ["server_compressed_unary"] = ServerCompressedUnaryAsync,
        ["client_streaming"] = ClientStreamingAsync,
        ["client_compressed_streaming"] = ClientCompressedStreamingAsync,
        ["server_streaming"] = ServerStreamingAsync,
        ["server_compressed_streaming"] = ServerCompressedStreamingAsync,
        ["ping_pong"] = PingPongAsync,
        ["empty_stream"] = EmptyStreamAsync,
        ["custom_metadata"] = CustomMetadataAsync,
        ["status_code_and_message"] = peers => StatusAsync(peers, "test status message"),
        ["special_status_message"] = peers => StatusAsync(peers, Special),
        ["unimplemented_method"] = peers => FailsAsync(
            StatusCode.Unimplemented, peers.Client.UnimplementedCallAsync(new Empty()).ResponseAsync),
        ["unimplemented_service"] = peers => FailsAsync(
            StatusCode.Unimplemented,
            new UnimplementedService.UnimplementedServiceClient(peers.Invoker).UnimplementedCallAsync(new Empty()).ResponseAsync),
        ["cancel_after_begin"] = CancelAfterBeginAsync,
        ["cancel_after_first_response"] = CancelAfterFirstResponseAsync,
        ["timeout_on_sleeping_server"] = TimeoutOnSleepingServerAsync,
        ["per_rpc_creds"] = PerRpcCredentialsAsync,
    };

    public static TheoryData<string, InteropSetUp> All
    {
        get
        {
            var data = new TheoryData<string, InteropSetUp>();
            foreach (var name in Cases.Keys)
            {
                foreach (var setUp in Enum.GetValues<InteropSetUp>())
                    data.Add(name, setUp);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Holds_with_every_interceptor(string name, InteropSetUp setUp)
    {
        await using var peers = await InteropPeers.StartAsync(setUp);
        await Cases[name](peers);
    }

    // Without the verb GET and without a proxy: gRPC for .NET has neither.
    private static async Task CacheableUnaryAsync(InteropPeers peers)
    {
        var metadata = new Metadata { { "x-user-ip", "1.2.3.4" } };
        var first = await peers.Client.CacheableUnaryCallAsync(new SimpleRequest(), metadata);
        var second = await peers.Client.CacheableUnaryCallAsync(new SimpleRequest(), metadata);
        Assert.NotEqual(first.Payload, second.Payload);
    }

    private static async Task LargeUnaryAsync(InteropPeers peers)
    {
        var response = await peers.Client.UnaryCallAsync(new SimpleRequest { ResponseSize = 314_159, Payload = Zeros(271_828) });
        Assert.Equal(Zeros(314_159), response.Payload);
    }

    private static async Task ClientCompressedUnaryAsync(InteropPeers peers)
    {
        var request =
            new SimpleRequest { ExpectCompressed = new BoolValue { Value = true }, ResponseSize = 314_159, Payload = Zeros(271_828) };
        await FailsAsync(StatusCode.InvalidArgument, peers.Client.UnaryCallAsync(request, Encoding("identity")).ResponseAsync);
        Assert.Equal(314_159, (await peers.Client.UnaryCallAsync(request, Encoding("gzip"))).Payload.Body.Length);
        request.ExpectCompressed.Value = false;
        Assert.Equal(314_159, (await peers.Client.UnaryCallAsync(request, Encoding("identity"))).Payload.Body.Length);
        Assert.Equal([[false], [true], [false]], peers.Server.Calls.Select(call => call.Requests.Compressed));
    }

    private static async Task ServerCompressedUnaryAsync(InteropPeers peers)
    {
        foreach (var compressed in new[] { true, false })
        {
            var request = new SimpleRequest { ResponseCompressed = new BoolValue { Value = compressed }, ResponseSize = 314_159 };
            request.Payload = Zeros(271_828);
            Assert.Equal(Zeros(314_159), (await peers.Client.UnaryCallAsync(request)).Payload);
        }

        Assert.Equal([[true], [false]], peers.Server.Calls.Select(call => call.Responses.Compressed));
    }

    private static async Task ClientStreamingAsync(InteropPeers peers)
    {
        using var call = peers.Client.StreamingInputCall();
        foreach (var size in new[] { 27_182, 8, 1_828, 45_904 })
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(74_922, (await call).AggregatedPayloadSize);
    }

    private static async Task ClientCompressedStreamingAsync(InteropPeers peers)
    {
        var expecting = new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = true }, Payload = Zeros(27_182) };
        using (var probe = peers.Client.StreamingInputCall(Encoding("identity")))
        {
            await probe.RequestStream.WriteAsync(expecting);
            await FailsAsync(StatusCode.InvalidArgument, probe.ResponseAsync);
        }

        using var call = peers.Client.StreamingInputCall(Encoding("gzip"));
        await call.RequestStream.WriteAsync(expecting);
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(new StreamingInputCallRequest { ExpectCompressed = new BoolValue(), Payload = Zeros(45_904) });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(73_086, (await call).AggregatedPayloadSize);
        Assert.Equal([[false], [true, false]], peers.Server.Calls.Select(call => call.Requests.Compressed));
    }

    private static async Task ServerStreamingAsync(InteropPeers peers)
    {
        int[] sizes = [31_415, 9, 2_653, 58_979];
        using var call = peers.Client.StreamingOutputCall(Asking(sizes.Select(size => new ResponseParameters { Size = size })));
        Assert.Equal(sizes, await call.ResponseStream.ReadAllAsync().Select(response => response.Payload.Body.Length).ToListAsync());
    }

    private static async Task ServerCompressedStreamingAsync(InteropPeers peers)
    {
        using var call = peers.Client.StreamingOutputCall(Asking(
        [
            new ResponseParameters { Compressed = new BoolValue { Value = true }, Size = 31_415 },
            new ResponseParameters { Compressed = new BoolValue { Value = false }, Size = 92_653 },
        ]));
        Assert.Equal(
            [31_415, 92_653], await call.ResponseStream.ReadAllAsync().Select(response => response.Payload.Body.Length).ToListAsync());
        Assert.Equal([[true, false]], peers.Server.Calls.Select(call => call.Responses.Compressed));
    }

    private static async Task PingPongAsync(InteropPeers peers)
    {
        using var call = peers.Client.FullDuplexCall();
        foreach (var (request, response) in new[] { (27_182, 31_415), (8, 9), (1_828, 2_653), (45_904, 58_979) })
        {
            var asking = Asking([new ResponseParameters { Size = response }]);
            asking.Payload = Zeros(request);
            await call.RequestStream.WriteAsync(asking);
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(response, call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    private static async Task EmptyStreamAsync(InteropPeers peers)
    {
        using var call = peers.Client.FullDuplexCall();
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    private static async Task CustomMetadataAsync(InteropPeers peers)
    {
        var metadata =
            new Metadata { { InteropService.InitialKey, "test_initial_metadata_value" }, { InteropService.TrailingKey, Trailing } };
        using (var unary = peers.Client.UnaryCallAsync(new SimpleRequest { ResponseSize = 314_159, Payload = Zeros(271_828) }, metadata))
        {
            await unary;
            Check(await unary.ResponseHeadersAsync, unary.GetTrailers());
        }

        using var duplex = peers.Client.FullDuplexCall(metadata);
        var asking = Asking([new ResponseParameters { Size = 314_159 }]);
        asking.Payload = Zeros(271_828);
        await duplex.RequestStream.WriteAsync(asking);
        await duplex.RequestStream.CompleteAsync();
        Assert.Single(await duplex.ResponseStream.ReadAllAsync().ToListAsync());
        Check(await duplex.ResponseHeadersAsync, duplex.GetTrailers());

        static void Check(Metadata headers, Metadata trailers)
        {
            Assert.Equal("test_initial_metadata_value", Assert.Single(headers.GetAll(InteropService.InitialKey)).Value);
            Assert.Equal(Trailing, Assert.Single(trailers.GetAll(InteropService.TrailingKey)).ValueBytes);
        }
    }

    private static async Task StatusAsync(InteropPeers peers, string message)
    {
        var status = new EchoStatus { Code = (int)StatusCode.Unknown, Message = message };
        await FailsAsync(
            StatusCode.Unknown, peers.Client.UnaryCallAsync(new SimpleRequest { ResponseStatus = status }).ResponseAsync, message);

        using var call = peers.Client.FullDuplexCall();
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
        await call.RequestStream.CompleteAsync();
        await FailsAsync(StatusCode.Unknown, call.ResponseStream.MoveNext(default), message);
    }

    private static async Task CancelAfterBeginAsync(InteropPeers peers)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = peers.Client.StreamingInputCall(cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await FailsAsync(StatusCode.Cancelled, call.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    private static async Task CancelAfterFirstResponseAsync(InteropPeers peers)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = peers.Client.FullDuplexCall(cancellationToken: cancellation.Token);
        var asking = Asking([new ResponseParameters { Size = 31_415 }]);
        asking.Payload = Zeros(27_182);
        await call.RequestStream.WriteAsync(asking);
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal(31_415, call.ResponseStream.Current.Payload.Body.Length);
        await cancellation.CancelAsync();
        await FailsAsync(StatusCode.Cancelled, call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    private static async Task TimeoutOnSleepingServerAsync(InteropPeers peers)
    {
        using var call = peers.Client.FullDuplexCall(deadline: DateTime.UtcNow.AddMilliseconds(1));
        try
        {
            var asking = Asking([new ResponseParameters { Size = 31_415, IntervalUs = 60_000_000 }]);
            asking.Payload = Zeros(27_182);
            await call.RequestStream.WriteAsync(asking);
        }
        catch (RpcException)
        {
            // Its time can be up already.
        }

        await FailsAsync(StatusCode.DeadlineExceeded, call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
    }

    private static async Task PerRpcCredentialsAsync(InteropPeers peers)
    {
        var request = new SimpleRequest { FillUsername = true };
        Assert.Equal(InteropServer.FromSource.Name, (await peers.Client.UnaryCallAsync(request)).Username);

        var own = $"Bearer {InteropServer.OfTheCall.Token}";
        Assert.Equal(
            InteropServer.OfTheCall.Name, (await peers.Client.UnaryCallAsync(request, new Metadata { { "authorization", own } })).Username);
        if (peers.IsSecure)
        {
            var credentials = CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("authorization", own);
                return Task.CompletedTask;
            });
            var options = new CallOptions(credentials: credentials);
            Assert.Equal(InteropServer.OfTheCall.Name, (await peers.Client.UnaryCallAsync(request, options)).Username);
        }

        Assert.All(peers.Server.Calls, call => Assert.Single(call.Headers["authorization"]));
    }

    private static async Task FailsAsync(StatusCode code, Task call, string? detail = null)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(code, error.StatusCode);
        if (detail is not null)
            Assert.Equal(detail, error.Status.Detail);
    }

    private static Metadata Encoding(string encoding) => new() { { "grpc-internal-encoding-request", encoding } };

    private static StreamingOutputCallRequest Asking(IEnumerable<ResponseParameters> parameters)
    {
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.AddRange(parameters);
        return request;
    }

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };
}
