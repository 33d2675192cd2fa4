using System.Net;
using System.Text;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

/// <summary>The interceptors beside JSON transcoding, which runs the same handlers for callers that speak no gRPC.</summary>
public sealed class TranscodingTests : IAsyncLifetime
{
    private readonly HttpClient _http = new()
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync(
        services =>
        {
            services.AddServerInterceptors().AddStandard().AddCompression().AddLimits(
                static limits => limits.Server = new CallLimit { MaxConcurrentCalls = 10 });
            services.AddGrpc().AddJsonTranscoding();
        },
        static app =>
        {
            app.MapGrpcService<TranscodedService>();
            app.MapGet("/page", static () => "a page");
        });

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    [Trait("case", "interceptors 8")]
    public async Task A_stream_is_sent_as_lines()
    {
        var lines = (await _http.GetStringAsync($"{_server.Address}/list?text=a&n=2")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["{\"text\":\"a 0\"}", "{\"text\":\"a 1\"}"],
            lines.Select(static line => line.Replace(" \"a", "\"a", StringComparison.Ordinal)));
        Assert.Equal((LogLevel.Information, StatusCode.OK), await ReportAsync());
    }

    [Theory]
    [InlineData("Get", "/get?text=a", null)]
    [InlineData("Post", "/say", "{\"text\":\"a\"}")]
    [Trait("case", "interceptors 8")]
    public async Task A_single_response_is_sent_and_reported(string method, string path, string? body)
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(method, path, body));
        Assert.Equal((LogLevel.Information, StatusCode.OK), await ReportAsync());
    }

    [Theory]
    [InlineData("Post", "/say", "{\"text\":")]
    [InlineData("Post", "/say", "[]")]
    [InlineData("Post", "/say", "")]
    [InlineData("Get", "/get?n=many", null)]
    [InlineData("Get", "/list?n=many", null)]
    [Trait("case", "interceptors 9")]
    public async Task A_malformed_request_is_the_callers_fault(string method, string path, string? body)
    {
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(method, path, body));
        Assert.Equal((LogLevel.Information, StatusCode.InvalidArgument), await ReportAsync());
    }

    [Theory]
    [InlineData("NotFound", HttpStatusCode.NotFound)]
    [InlineData("PermissionDenied", HttpStatusCode.Forbidden)]
    [InlineData("Unauthenticated", HttpStatusCode.Unauthorized)]
    [InlineData("AlreadyExists", HttpStatusCode.Conflict)]
    [Trait("case", "interceptors 9")]
    public async Task A_status_of_the_handler_is_reported_as_it_is(string code, HttpStatusCode http)
    {
        Assert.Equal(http, await SendAsync("Get", $"/get?text={code}", null));
        Assert.Equal(Enum.Parse<StatusCode>(code), (await ReportAsync()).Status);
    }

    [Fact]
    [Trait("case", "interceptors 9")]
    public async Task Other_requests_are_not_reported()
    {
        Assert.Equal("a page", await _http.GetStringAsync($"{_server.Address}/page"));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync("Get", "/nothing", null));

        await SendAsync("Get", "/get?text=a", null);
        await ReportAsync();
    }

    private async Task<HttpStatusCode> SendAsync(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), _server.Address + path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>The only report.</summary>
    private async Task<(LogLevel Level, StatusCode Status)> ReportAsync()
    {
        await Eventually.True(() => Reports().Count > 0, "the call is reported");
        var line = Assert.Single(Reports());
        return (line.Level, (StatusCode)line.Fields["Status"]!);

        IReadOnlyList<LogLine> Reports() => [.. _server.Logs.Named("CallEnded"), .. _server.Logs.Named("UnhandledCallEnded")];
    }
}
