using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Interceptors.Client.Tests;

/// <summary>A message on the wire: the flag in front of it, and how many bytes follow.</summary>
internal sealed record Frame(bool IsCompressed, int Length);

/// <summary>Keeps the bodies of all requests as they come over the wire, before gRPC reads them.</summary>
internal sealed class RequestFrames : IStartupFilter
{
    private readonly ConcurrentQueue<Recorded> _requests = new();

    /// <summary>What the <c>grpc-encoding</c> headers say; empty where there is none.</summary>
    public IReadOnlyList<string> Encodings => [.. _requests.Select(request => request.Encoding)];

    /// <summary>The messages of all requests, in order.</summary>
    public IReadOnlyList<Frame> All => [.. _requests.SelectMany(request => request.Frames())];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, next) =>
        {
            var request = new Recorded(context.Request.Body, context.Request.Headers["grpc-encoding"].ToString());
            context.Request.Body = request;
            _requests.Enqueue(request);
            return next(context);
        });
        next(app);
    };

    private sealed class Recorded(Stream body, string encoding) : Stream
    {
        private readonly MemoryStream _bytes = new();

        public string Encoding => encoding;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public List<Frame> Frames()
        {
            ReadOnlySpan<byte> rest;
            lock (_bytes)
                rest = _bytes.ToArray();
            var frames = new List<Frame>();
            while (rest.Length > 0)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
                frames.Add(new Frame(rest[0] == 1, length));
                rest = rest[(5 + length)..];
            }
            return frames;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            lock (_bytes)
                _bytes.Write(buffer.Span[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
