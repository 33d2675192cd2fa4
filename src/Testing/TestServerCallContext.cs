using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Testing;

/// <summary>
/// The context of a call without a server, for tests of server interceptors. It keeps what a handler sends beside messages.
/// </summary>
public sealed class TestServerCallContext : ServerCallContext
{
    // The key under which gRPC for .NET looks for it in contexts that are not its own.
    private const string HttpContextKey = "__HttpContext";

    private readonly Dictionary<object, object> _userState = new() { [HttpContextKey] = new DefaultHttpContext() };

    /// <summary>The full name of the method. Default: <c>/test.Test/Call</c>.</summary>
    public string CalledMethod { get; init; } = "/test.Test/Call";

    /// <summary>What the caller is said to have sent. Default: nothing.</summary>
    public Metadata Headers { get; init; } = [];

    /// <summary>When the caller gives up, in UTC. Default: never.</summary>
    public DateTime CallDeadline { get; init; } = DateTime.MaxValue;

    /// <summary>Cancelled when the caller goes away. Default: it never does.</summary>
    public CancellationToken Aborted { get; init; }

    /// <summary>Who calls. Default: <c>ipv4:127.0.0.1:50000</c>.</summary>
    public string Caller { get; init; } = "ipv4:127.0.0.1:50000";

    /// <summary>The response headers that were sent; null while none were.</summary>
    public Metadata? SentHeaders { get; private set; }

    /// <inheritdoc/>
    protected override string MethodCore => CalledMethod;

    /// <inheritdoc/>
    protected override string HostCore => "localhost";

    /// <inheritdoc/>
    protected override string PeerCore => Caller;

    /// <inheritdoc/>
    protected override DateTime DeadlineCore => CallDeadline;

    /// <inheritdoc/>
    protected override Metadata RequestHeadersCore => Headers;

    /// <inheritdoc/>
    protected override CancellationToken CancellationTokenCore => Aborted;

    /// <inheritdoc/>
    protected override Metadata ResponseTrailersCore { get; } = [];

    /// <inheritdoc/>
    protected override Status StatusCore { get; set; }

    /// <inheritdoc/>
    protected override WriteOptions? WriteOptionsCore { get; set; }

    /// <inheritdoc/>
    protected override AuthContext AuthContextCore { get; } = new(null, []);

    /// <inheritdoc/>
    protected override IDictionary<object, object> UserStateCore => _userState;

    /// <inheritdoc/>
    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Contexts of tests are not propagated; give the outgoing call its own deadline.");

    /// <inheritdoc/>
    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        SentHeaders = responseHeaders;
        return Task.CompletedTask;
    }
}
