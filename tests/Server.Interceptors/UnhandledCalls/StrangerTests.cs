using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

/// <summary>What a peer can cause without being authenticated must not fill the log with errors.</summary>
public sealed class StrangerTests : IAsyncLifetime
{
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync(services => services
        .AddServerInterceptors().AddStandard().AddTokenAuthentication(Tokens.Verifier()));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static TheoryData<string> Names { get; } =
        [.. HostileRequests.Frames.Concat(HostileRequests.Requests).Where(static request => request.Expected != StatusCode.OK)
            .Select(static request => request.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("case", "security 8")]
    public async Task The_kit_writes_no_line_above_Information(string name)
    {
        var request = HostileRequests.Frames.Concat(HostileRequests.Requests).Single(request => request.Name == name);

        await request.SendAsync(_server);
        await Eventually.True(
            () => _server.Logs.Named("UnhandledCallEnded").Count + _server.Logs.Named("CallEnded").Count > 0, "the call is reported");

        Assert.DoesNotContain(_server.Logs.Lines, static line =>
            line.Level > LogLevel.Information && line.Category.StartsWith("Interceptors.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("999999999H")]
    [InlineData("999999999S")]
    [InlineData("123456789m")]
    [InlineData("99999999999999999999S")]
    [InlineData("5")]
    [InlineData("S")]
    [InlineData("1.5S")]
    [InlineData("+5S")]
    [InlineData("")]
    [InlineData("1S, 2S")]
    [Trait("case", "security 11")]
    public async Task A_malformed_timeout_is_ignored(string timeout)
    {
        await using var server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddStandard());
        DateTime? deadline = null;
        server.Observer.OnCall = context =>
        {
            deadline = context.Deadline;
            return Task.CompletedTask;
        };

        var response = await new RawRequest("timeout") { Headers = [("grpc-timeout", timeout)] }.SendAsync(server);

        Assert.Equal("0", response.GrpcStatus);
        Assert.Equal(DateTime.MaxValue, deadline);
    }
}
