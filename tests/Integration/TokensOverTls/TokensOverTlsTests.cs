using System.Collections.Concurrent;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>The fallback token on discovery channels, from the very first call on.</summary>
public sealed class TokensOverTlsTests
{
    private readonly ConcurrentQueue<string> _received = new();

    public static TheoryData<ClientSetUp, CallKind, bool> Calls { get; } =
    [
        .. from setUp in Enum.GetValues<ClientSetUp>()
           from kind in Enum.GetValues<CallKind>()
           from connected in new[] { false, true }
           select (setUp, kind, connected),
    ];

    [Theory]
    [MemberData(nameof(Calls))]
    [Trait("case", "security 1")]
    public async Task Every_call_over_TLS_carries_the_token_once(ClientSetUp setUp, CallKind kind, bool connected)
    {
        await using var server = await SecureProbeServer.StartAsync();
        server.Observer.OnCall = NoteAsync;
        using var directory = new CaDirectory(server.CertificatePem);
        await using var client = TokenClient.Create(setUp, new Uri(server.Address).Port, directory.CaFile);
        if (connected)
            await client.Channel.ConnectAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var driver = new CallDriver(client.Probe);

        for (var i = 0; i < 3; i++)
            Assert.Equal(StatusCode.OK, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Equal(Enumerable.Repeat("Bearer ours", 3), _received);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    [Trait("case", "security 1")]
    public async Task Every_call_in_plain_text_is_refused(ClientSetUp setUp, CallKind kind, bool connected)
    {
        await using var server = await ProbeServer.StartAsync();
        server.Observer.OnCall = NoteAsync;
        await using var client = TokenClient.Create(setUp, new Uri(server.Address).Port, caFile: null);
        if (connected)
            await client.Channel.ConnectAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var driver = new CallDriver(client.Probe);

        for (var i = 0; i < 3; i++)
            Assert.Equal(StatusCode.Unauthenticated, await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        await Eventually.True(() => server.Observer.Running == 0, "no handler runs");
        Assert.All(_received, Assert.Empty);
        Assert.InRange(_received.Count, 0, 1);
    }

    [Fact]
    [Trait("case", "security 1")]
    public async Task First_calls_that_start_side_by_side_all_carry_it()
    {
        await using var server = await SecureProbeServer.StartAsync();
        server.Observer.OnCall = NoteAsync;
        using var directory = new CaDirectory(server.CertificatePem);
        await using var client = TokenClient.Create(ClientSetUp.Intercept, new Uri(server.Address).Port, directory.CaFile);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.Probe.UnaryAsync(new ProbeRequest()).ResponseAsync));

        Assert.Equal(Enumerable.Repeat("Bearer ours", 20), _received);
    }

    private Task NoteAsync(ServerCallContext context)
    {
        _received.Enqueue(string.Join('|', context.RequestHeaders.GetAll("authorization").Select(entry => entry.Value)));
        return Task.CompletedTask;
    }
}
