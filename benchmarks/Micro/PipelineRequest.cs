using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Interceptors.Benchmarks.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Interceptors.Benchmarks;

/// <summary>One request and its response, made once and used again and again, as a server's pooled ones are.</summary>
internal sealed class PipelineRequest : FeatureCollection, IHttpRequestLifetimeFeature, IHttpResponseTrailersFeature,
    IRequestBodyPipeFeature
{
    private static readonly ReadOnlySequence<byte> Body = new(Frame(new Payload { Data = ByteString.CopyFrom(new byte[100]) }));

    private readonly HttpResponseFeature _response = new();

    public PipelineRequest()
        : base(initialCapacity: 31)
    {
        Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = "POST",
            Scheme = "http",
            Path = "/interceptors.benchmarks.Bench/Echo",
            Protocol = "HTTP/2",
            Headers = new HeaderDictionary
            {
                ["host"] = "localhost",
                ["content-type"] = "application/grpc",
                ["te"] = "trailers",
                ["user-agent"] = "grpc-dotnet/2.85.0",
                ["grpc-accept-encoding"] = "identity,gzip",
                ["x-trace-id"] = "4bf92f3577b34da6a3ce929d0e0e4736",
            },
        });
        Set<IHttpResponseFeature>(_response);
        Set<IHttpResponseBodyFeature>(new Discarded());
        Set<IHttpRequestLifetimeFeature>(this);
        Set<IHttpResponseTrailersFeature>(this);
        Set<IRequestBodyPipeFeature>(this);
        Set<IHttpConnectionFeature>(new HttpConnectionFeature());
    }

    public CancellationToken RequestAborted { get; set; } = new CancellationTokenSource().Token;

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    public PipeReader Reader { get; private set; } = PipeReader.Create(Body);

    public string GrpcStatus => (_response.Headers.GrpcStatus.Count > 0 ? _response.Headers : Trailers).GrpcStatus.ToString();

    /// <summary>Takes away what the last call has left.</summary>
    public void Reset()
    {
        Set<IEndpointFeature>(null);
        Set<IRouteValuesFeature>(null);
        Set<IRoutingFeature>(null);
        Set<IServiceProvidersFeature>(null);
        Set<IServerCallContextFeature>(null);
        _response.StatusCode = 200;
        _response.Headers.Clear();
        Trailers.Clear();
        Reader = PipeReader.Create(Body);
    }

    public void Abort() => throw new InvalidOperationException("The call was aborted.");

    private static byte[] Frame(Payload message)
    {
        var size = message.CalculateSize();
        var frame = new byte[5 + size];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), size);
        message.WriteTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>A response body that goes nowhere.</summary>
    private sealed class Discarded : PipeWriter, IHttpResponseBodyFeature
    {
        private readonly byte[] _buffer = new byte[4096];

        public Stream Stream => throw new NotSupportedException();

        public PipeWriter Writer => this;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

        public override void Advance(int bytes)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

        public override void Complete(Exception? exception = null)
        {
        }

        public override void CancelPendingFlush()
        {
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task CompleteAsync() => Task.CompletedTask;

        public void DisableBuffering()
        {
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
