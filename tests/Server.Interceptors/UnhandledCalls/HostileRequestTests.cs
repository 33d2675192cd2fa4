using System.Diagnostics.Metrics;
using System.Globalization;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

public sealed class HostileRequestTests(HostileRequestTests.Fixture fixture) : IClassFixture<HostileRequestTests.Fixture>
{
    private static readonly string[] Reports = ["CallEnded", "UnhandledCallEnded"];

    public static TheoryData<string, string> Frames { get; } = new(
        from method in new[] { "Unary", "ServerStream", "ClientStream", "Duplex" }
        from frame in HostileRequests.Frames
        select (method, frame.Name));

    public static TheoryData<string> Requests { get; } = new(HostileRequests.Requests.Select(request => request.Name));

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task A_broken_body_is_answered_and_reported_once_and_shown_nowhere(string method, string name)
    {
        var frame = HostileRequests.Frames.Single(frame => frame.Name == name);
        var request = method is "ClientStream" or "Duplex"
            ? HostileRequests.Streamed(frame, method)
            : frame with { Path = "/interceptors.testing.Probe/" + method };

        var (response, lines) = await SendAsync(request, "interceptors.testing.Probe/" + method);

        if (request.Expected != StatusCode.OK)
            Assert.DoesNotContain(RawRequest.Planted, response.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => $"{line.Message} {line.Exception}".Contains(RawRequest.Planted, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task An_odd_request_is_answered_and_reported_once_by_a_name_that_is_safe(string name)
    {
        var request = HostileRequests.Requests.Single(request => request.Name == name);
        var reachesMethod = request is { Expected: StatusCode.OK } or { HttpStatus: 415 } || request.Headers.Count > 0;

        var (_, lines) = await SendAsync(request, reachesMethod ? null : "_OTHER");

        Assert.DoesNotContain(lines, line => line.Category.StartsWith("Interceptors.", StringComparison.Ordinal)
            && line.Message.Contains(RawRequest.Planted, StringComparison.Ordinal));
        var method = (string)lines.Single(line => Reports.Contains(line.Event.Name)).Fields["Method"]!;
        Assert.InRange(method.Length, 1, 200);
        Assert.DoesNotContain(method, char.IsControl);
    }

    /// <summary>Sends it, finds the one line and the one measurement, and shows that the server is alive.</summary>
    private async Task<(RawResponse Response, IReadOnlyList<LogLine> Lines)> SendAsync(RawRequest request, string? method)
    {
        var (linesBefore, measuredBefore) = (fixture.Server.Logs.Lines.Count, fixture.Measured.Count);

        var response = await request.SendAsync(fixture.Server);

        Assert.Equal(request.HttpStatus, response.HttpStatus);
        if (request.HttpStatus != 404)
            Assert.Equal(((int)request.Expected).ToString(CultureInfo.InvariantCulture), response.GrpcStatus);
        await Eventually.True(() =>
            fixture.Measured.Count > measuredBefore && Lines().Any(line => Reports.Contains(line.Event.Name)), "the call is reported");
        // It goes through the same server: once it has been reported, whatever else the first one reports has been as well.
        await fixture.Server.Client().UnaryAsync(new ProbeRequest { Text = "alive" });
        await Eventually.True(() => fixture.Measured.Count > measuredBefore + 1, "the next call is reported");

        var lines = Lines();
        var reports = lines.Where(line => Reports.Contains(line.Event.Name)).ToList();
        Assert.Equal([request.Expected, StatusCode.OK], reports.Select(line => line.Fields["Status"]));
        var measured = fixture.Measured.Skip(measuredBefore).ToList();
        Assert.Equal(2, measured.Count);
        Assert.Equal(RpcStatusName(request.Expected), measured[0].Tags["rpc.status_code"]);
        if (method is not null)
            Assert.Equal(method, measured[0].Tags["rpc.method"]);
        return (response, [.. lines.Take(lines.Count - 1).Where(line => !ReferenceEquals(line, reports[1]))]);

        List<LogLine> Lines() => [.. fixture.Server.Logs.Lines.Skip(linesBefore)];
    }

    private static string RpcStatusName(StatusCode code) => code switch
    {
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        _ => code.ToString().ToUpperInvariant(),
    };

    public sealed class Fixture : IAsyncLifetime
    {
        private readonly MeterCapture _meters = new(ServerTimingInterceptor.MeterName);

        public ProbeServer Server { get; private set; } = null!;

        public IReadOnlyList<Measurement> Measured => _meters.Of("rpc.server.call.duration");

        public async ValueTask InitializeAsync() => Server = await ProbeServer.StartAsync(services =>
        {
            services.AddSingleton<IMeterFactory>(_meters);
            services.AddServerInterceptors().AddStandard().AddUnhandledCalls();
        });

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            _meters.Dispose();
        }
    }
}
