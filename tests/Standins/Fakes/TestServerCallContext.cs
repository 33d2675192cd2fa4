using Grpc.Core;

namespace Interceptors.Standins.Tests;

internal sealed class TestServerCallContext : ServerCallContext
{
    public Metadata? WrittenHeaders { get; private set; }

    public ContextPropagationOptions? PropagationOptions { get; private set; }

    public CancellationTokenSource Cancellation { get; } = new();

    protected override string MethodCore => "method";

    protected override string HostCore => "host";

    protected override string PeerCore => "peer";

    protected override DateTime DeadlineCore => DateTime.UnixEpoch;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => Cancellation.Token;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    public Metadata CoreRequestHeaders => RequestHeadersCore;

    public Metadata CoreResponseTrailers => ResponseTrailersCore;

    public AuthContext CoreAuthContext => AuthContextCore;

    public Status CoreStatus => StatusCore;

    public WriteOptions? CoreWriteOptions => WriteOptionsCore;

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        WrittenHeaders = responseHeaders;
        return Task.CompletedTask;
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options)
    {
        PropagationOptions = options;
        return null!;
    }
}
