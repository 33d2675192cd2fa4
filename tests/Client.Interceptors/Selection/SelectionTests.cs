using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class SelectionTests : IAsyncLifetime
{
    private readonly RecordingInterceptor _recorder = new();
    private ProbeServer _server = null!;

    public static TheoryData<CallKind, bool, bool> Cases { get; } = new(
        from kind in Enum.GetValues<CallKind>()
        from grouped in new[] { true, false }
        from nested in new[] { true, false }
        select (kind, grouped, nested));

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_interceptor_of_any_kind_alone_or_in_a_group_runs_for_chosen_methods_only(CallKind kind, bool grouped, bool nested)
    {
        var name = kind switch
        {
            CallKind.ClientStreaming => "ClientStream",
            CallKind.ServerStreaming => "ServerStream",
            CallKind.Duplex => "Duplex",
            _ => "Unary",
        };
        Interceptor interceptor = nested ? ClientInterceptors.Combine(new Foreign(), _recorder) : _recorder;

        await RunAsync(interceptor.For($"interceptors.testing.Probe/{name}"));
        Assert.Single(_recorder.Ended);

        await RunAsync(interceptor.For("interceptors.testing.Probe/Other", "other.*"));
        Assert.Single(_recorder.Ended);

        Task<StatusCode> RunAsync(Interceptor selected) =>
            new CallDriver(
                _server.Client(channel => channel.Intercept(grouped ? ClientInterceptors.Combine(new Foreign(), selected) : selected)))
                .RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
    }

    /// <summary>An interceptor that isn't of the kit.</summary>
    private sealed class Foreign : Interceptor;
}
