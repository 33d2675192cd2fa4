using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Benchmarks;

/// <summary>The same call again and again, without a network: one trace id, two more headers, no deadline.</summary>
internal sealed class FakeServerCallContext : ServerCallContext
{
    private static readonly CancellationTokenSource Cancellation = new();

    // The key under which grpc-dotnet looks for it in contexts that are not its own.
    private readonly Dictionary<object, object> _userState = new() { ["__HttpContext"] = new DefaultHttpContext() };

    protected override string MethodCore => "/bench.Service/Call";

    protected override string HostCore => "localhost";

    protected override string PeerCore => "ipv4:127.0.0.1:50000";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = new()
    {
        { "user-agent", "grpc-dotnet/2.85.0" },
        { "x-trace-id", "4bf92f3577b34da6a3ce929d0e0e4736" },
        { "x-md-global-tenant", "acme" },
    };

    protected override CancellationToken CancellationTokenCore => Cancellation.Token;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override IDictionary<object, object> UserStateCore => _userState;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
