using System.Net.Security;
using System.Net.Sockets;

namespace Interceptors.Discovery;

/// <summary>
/// A <see cref="PreparedConnection"/> over TLS. An <see cref="SslStream"/> itself, because an HTTP client makes a TLS handshake of its own
/// over any other kind of stream.
/// </summary>
internal sealed class PreparedTlsStream : SslStream, IRawTransport
{
    public PreparedTlsStream(NetworkStream network, Action<PreparedConnection> onEnded)
        : base(network, leaveInnerStreamOpen: false) =>
        Connection = new PreparedConnection(this, onEnded);

    public PreparedConnection Connection { get; }

    public ValueTask<int> ReadRawAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        base.ReadAsync(buffer, cancellationToken);

    public ValueTask WriteRawAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
        base.WriteAsync(buffer, cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Connection.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Connection.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        // Null while the base class is being made.
        if (disposing)
            Connection?.NoticeClosed();
    }
}
