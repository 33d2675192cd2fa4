using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>
/// What strangers may write into the trace id's header: the call is answered, its id is a valid one, and their text goes nowhere.
/// </summary>
public sealed class HostileTraceIdTests(HostileTraceIdTests.Server fixture) : IClassFixture<HostileTraceIdTests.Server>
{
    private static readonly string Lf = WireCall.Byte(10);
    private static readonly string Cr = WireCall.Byte(13);

    private static readonly string[][] NoIds =
    [
        [""], [" "], ["planted planted"], ["planted\tplanted"], [" planted planted "], ["planted,planted"], ["planted;planted"],
            ["planted/planted"],
        ["planted\\planted"], ["planted\"planted"], ["'planted'"], ["<planted>"], ["{planted}"], ["{0}planted"], ["{TraceId}planted"],
        ["%planted"], ["planted%0d%0a"], ["planted%00"], ["planted=1"], ["planted&x"], ["planted|x"], ["planted~"], ["planted!"],
            ["planted?"],
        ["planted#x"], ["planted*"], ["planted+"], ["planted@x"], ["$(planted)"], ["${jndi:ldap://planted}"], ["`planted`"], ["../planted"],
        ["planted\u00e9"], ["planted\u202e"], ["planted\u2028"], ["\u0440planted"], ["planted\ud83d\ude00"],
            ["planted" + WireCall.Byte(0x7f)],
        ["planted" + WireCall.Byte(0x1b) + "[31m"],
        ["planted" + WireCall.Byte(8)], ["planted" + WireCall.Byte(0x0b)],
        ["planted", "planted"], ["planted-a", "planted-b"], ["planted", ""], ["planted", "planted", "planted"],
        ["planted" + new string('a', 122)], ["planted" + new string('a', 10_240)], [string.Concat(Enumerable.Repeat("planted:", 1000))],
    ];

    public static IEnumerable<TheoryDataRow<string[]>> Replaced => NoIds.Select(ids => new TheoryDataRow<string[]>(ids));

    /// <summary>
    /// Bytes that no header may hold (RFC 9113, 8.2.1), or that are no UTF-8: a server may refuse the request before gRPC sees it.
    /// </summary>
    public static TheoryData<string> Forbidden { get; } =
    [
        "planted" + Lf + "planted", "planted" + Cr + Lf + "planted: x", Lf + "planted", "planted" + Cr, "planted" + WireCall.Byte(0),
        "planted" + Cr + Lf + Cr + Lf + "planted", "planted" + WireCall.Byte(0xff), "planted" + WireCall.Byte(0xc3),
    ];

    [Theory]
    [MemberData(nameof(Replaced))]
    public async Task A_hostile_id_is_replaced_and_shown_nowhere(string[] ids)
    {
        var call = await SendAsync(ids);

        Assert.Equal("0", call["grpc-status"]);
        Assert.Matches("^[0-9a-f]{32}$", Assert.Single(call.Fields, field => field.Key == "x-trace-id").Value);
        await AssertNothingPlantedAsync(call);
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task An_id_of_forbidden_bytes_is_refused_or_replaced_and_shown_nowhere(string id)
    {
        WireCall? call = null;
        try
        {
            call = await SendAsync(id);
            Assert.Matches("^[0-9a-f]{32}$", Assert.Single(call.Fields, field => field.Key == "x-trace-id").Value);
        }
        catch (HttpRequestException)
        {
        }

        await AssertNothingPlantedAsync(call);
        Assert.Equal("0", (await SendAsync("after-that"))["grpc-status"]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("A.b_c:d-e")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task An_unusual_but_valid_id_is_taken(string id) => Assert.Equal(id, (await SendAsync(id))["x-trace-id"]);

    [Fact]
    public async Task The_longest_valid_id_is_taken()
    {
        var id = new string('a', 128);
        Assert.Equal(id, (await SendAsync(id))["x-trace-id"]);
    }

    private Task<WireCall> SendAsync(params string[] ids) =>
        WireCall.SendAsync(fixture.Probe, "Unary", [new ProbeRequest { Text = "t" }], ids.Select(id => ("x-trace-id", id)));

    private async Task AssertNothingPlantedAsync(WireCall? call)
    {
        if (call is not null)
        {
            // The handler answers with the request's own headers, in the message: they are not what is looked at here.
            Assert.DoesNotContain(call.Fields, field => field.Value.Contains("planted", StringComparison.OrdinalIgnoreCase));
            await Eventually.True(
                () => fixture.Probe.Logs.Named("CallEnded").Any(line => Equals(line.Fields["TraceId"], call["x-trace-id"])),
                "the call is logged");
        }
        Assert.DoesNotContain(
            fixture.Probe.Logs.Lines,
            line => line.Message.Contains("planted", StringComparison.OrdinalIgnoreCase)
                || line.Fields.Values.Concat(line.Scope.Values).Any(
                    value => value?.ToString()?.Contains("planted", StringComparison.Ordinal) == true));
    }

    public sealed class Server : IAsyncLifetime
    {
        public ProbeServer Probe { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Probe = await ProbeServer.StartAsync(services =>
                services.AddServerInterceptors().AddStandard(static o => o.TraceMetadata = static trace => trace.RepeatReceived = true));

        public ValueTask DisposeAsync() => Probe.DisposeAsync();
    }
}
