using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Interceptors.Server;

namespace Interceptors.Integration.Tests.Interop;

/// <summary>The server of the interop cases, as their description has it.</summary>
internal sealed class InteropService : TestService.TestServiceBase
{
    public const string InitialKey = "x-grpc-test-echo-initial";
    public const string TrailingKey = "x-grpc-test-echo-trailing-bin";

    private static readonly WriteOptions Uncompressed = new(WriteFlags.NoCompress);

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        await EchoAsync(context);
        EnsureCompression(request.ExpectCompressed, context);
        ThrowIfAsked(request.ResponseStatus);
        if (request.ResponseCompressed is { Value: false })
            context.WriteOptions = Uncompressed;
        return new SimpleResponse
        {
            Payload = PayloadOf(request.ResponseSize),
            Username = request.FillUsername ? context.GetUser().Identity?.Name ?? "" : "",
        };
    }

    public override Task<SimpleResponse> CacheableUnaryCall(SimpleRequest request, ServerCallContext context) =>
        Task.FromResult(new SimpleResponse { Payload = new Payload { Body = ByteString.CopyFromUtf8($"{Stopwatch.GetTimestamp()}") } });

    public override async Task StreamingOutputCall(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await EchoAsync(context);
        await WriteAsync(request, responseStream, context);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(
        IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        await EchoAsync(context);
        var size = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            EnsureCompression(requestStream.Current.ExpectCompressed, context);
            size += requestStream.Current.Payload.Body.Length;
        }

        return new StreamingInputCallResponse { AggregatedPayloadSize = size };
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        await EchoAsync(context);
        while (await requestStream.MoveNext(context.CancellationToken))
            await WriteAsync(requestStream.Current, responseStream, context);
    }

    private static async Task WriteAsync(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        ThrowIfAsked(request.ResponseStatus);
        foreach (var parameters in request.ResponseParameters)
        {
            responses.WriteOptions = parameters.Compressed is { Value: false } ? Uncompressed : null;
            await Task.Delay(TimeSpan.FromMicroseconds(parameters.IntervalUs), context.CancellationToken);
            await responses.WriteAsync(new StreamingOutputCallResponse { Payload = PayloadOf(parameters.Size) });
        }
    }

    private static async Task EchoAsync(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue(InitialKey) is { } initial)
            await context.WriteResponseHeadersAsync(new Metadata { { InitialKey, initial } });
        if (context.RequestHeaders.GetValueBytes(TrailingKey) is { } trailing)
            context.ResponseTrailers.Add(TrailingKey, trailing);
    }

    private static void EnsureCompression(BoolValue? expected, ServerCallContext context)
    {
        if (expected is { Value: true } && (string?)context.GetHttpContext().Request.Headers["grpc-encoding"] is null or "identity")
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The request was to be compressed."));
    }

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is { Code: not 0 })
            throw new RpcException(new Status((StatusCode)status.Code, status.Message));
    }

    private static Payload PayloadOf(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };
}
