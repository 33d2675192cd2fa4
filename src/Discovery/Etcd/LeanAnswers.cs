using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Interceptors.Discovery.Etcd.Protocol;

namespace Interceptors.Discovery;

/// <summary>
/// Reads lists from etcd without copying the values that are too large to be read anyway. Whoever may write there can put megabytes under
/// each key; copying them is most of what reading such a list costs. Their length stays right, their bytes are zeros.
/// </summary>
internal static class LeanAnswers
{
    // Never written to, so its pages are never in memory.
    private static byte[] _zeros = [];

    /// <summary>The request for a list.</summary>
    public static Method<RangeRequest, RangeResponse> RangeMethod { get; } =
        MethodOf(MethodType.Unary, KV.Descriptor, "Range", RangeRequest.Parser, ReadList);

    /// <summary>The request for the changes of a list.</summary>
    public static Method<WatchRequest, WatchResponse> WatchMethod { get; } =
        MethodOf(MethodType.DuplexStreaming, Watch.Descriptor, "Watch", WatchRequest.Parser, ReadChanges);

    private delegate TResponse Reader<out TResponse>(ReadOnlySpan<byte> answer);

    /// <exception cref="InvalidDataException">These are no bytes of such an answer.</exception>
    /// <exception cref="InvalidProtocolBufferException">The same.</exception>
    public static RangeResponse ReadList(ReadOnlySpan<byte> answer)
    {
        var response = new RangeResponse();
        var fields = new WireFields(answer);
        while (fields.MoveNext())
        {
            if (fields.Number == RangeResponse.KvsFieldNumber)
                response.Kvs.Add(ReadPair(fields.Content));
            else
                response.MergeFrom(fields.Whole);
        }

        return response;
    }

    /// <exception cref="InvalidDataException">These are no bytes of such an answer.</exception>
    /// <exception cref="InvalidProtocolBufferException">The same.</exception>
    public static WatchResponse ReadChanges(ReadOnlySpan<byte> answer)
    {
        var response = new WatchResponse();
        var fields = new WireFields(answer);
        while (fields.MoveNext())
        {
            if (fields.Number == WatchResponse.EventsFieldNumber)
                response.Events.Add(ReadEvent(fields.Content));
            else
                response.MergeFrom(fields.Whole);
        }

        return response;
    }

    private static Event ReadEvent(ReadOnlySpan<byte> bytes)
    {
        var change = new Event();
        var fields = new WireFields(bytes);
        while (fields.MoveNext())
        {
            if (fields.Number == Event.KvFieldNumber)
                change.Kv = ReadPair(fields.Content);
            else
                change.MergeFrom(fields.Whole);
        }

        return change;
    }

    private static KeyValue ReadPair(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= ServiceFormats.MaxValueSize)
            return KeyValue.Parser.ParseFrom(bytes);
        var pair = new KeyValue();
        var fields = new WireFields(bytes);
        while (fields.MoveNext())
        {
            if (fields.Number == KeyValue.ValueFieldNumber && fields.Content.Length > ServiceFormats.MaxValueSize)
                pair.Value = Zeros(fields.Content.Length);
            else
                pair.MergeFrom(fields.Whole);
        }

        return pair;
    }

    private static ByteString Zeros(int length)
    {
        var zeros = _zeros;
        if (zeros.Length < length)
            _zeros = zeros = new byte[length];
        return UnsafeByteOperations.UnsafeWrap(zeros.AsMemory(0, length));
    }

    private static Method<TRequest, TResponse> MethodOf<TRequest, TResponse>(
        MethodType type, ServiceDescriptor service, string name, MessageParser<TRequest> requests, Reader<TResponse> read)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new(
            type, service.FullName, name, Marshallers.Create(static request => request.ToByteArray(), requests.ParseFrom),
            Marshallers.Create(
                static (response, context) => context.Complete(response.ToByteArray()), context => read(BytesOf(context))));

    private static ReadOnlySpan<byte> BytesOf(DeserializationContext context)
    {
        var bytes = context.PayloadAsReadOnlySequence();
        return bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray();
    }
}
