using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

/// <summary>What token endpoints answer, and what becomes of calls.</summary>
public sealed class TokenEndpointTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly ManualTime _time = new();
    private TokenEndpoint _endpoint = null!;

    public async ValueTask InitializeAsync() => _endpoint = await TokenEndpoint.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary, false)]
    [InlineData(CallKind.BlockingUnary, true)]
    [InlineData(CallKind.Unary, false)]
    [InlineData(CallKind.Unary, true)]
    [InlineData(CallKind.ServerStreaming, false)]
    [InlineData(CallKind.ServerStreaming, true)]
    [Trait("case", "interceptors 26")]
    public async Task A_call_is_repeated_until_the_endpoint_is_back(CallKind kind, bool tls)
    {
        await using var secure = await SecureProbeServer.StartAsync();
        await using var plain = await ProbeServer.StartAsync();
        _endpoint.Answer = (context, n) => n <= 2 ? TokenEndpoint.Fail(503)(context, n) : TokenEndpoint.Issue(3600)(context, n);
        var source = Source(options => options.FailureDelay = options.MaxFailureDelay = TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var interceptor = Resilient(source, allowPlainText: !tls);
        var client = tls
            ? secure.Client(channel => channel.Intercept(interceptor))
            : plain.Client(channel => channel.Intercept(interceptor));

        Assert.Equal(StatusCode.OK, await new CallDriver(client).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask));

        Assert.Equal(3, _endpoint.Requests.Count);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", StatusCode.Unauthenticated)]
    [InlineData(401, """{"error":"invalid_client"}""", StatusCode.Unauthenticated)]
    [InlineData(403, "", StatusCode.Unauthenticated)]
    [InlineData(408, "", StatusCode.Unavailable)]
    [InlineData(429, "", StatusCode.Unavailable)]
    [InlineData(500, "", StatusCode.Unavailable)]
    [InlineData(503, "", StatusCode.Unavailable)]
    [Trait("case", "interceptors 26")]
    public async Task The_answer_decides_the_status(int http, string body, StatusCode status)
    {
        _endpoint.Answer = TokenEndpoint.Fail(http, body);

        Assert.Equal(status, (await FailsAsync(Source())).StatusCode);
        Assert.Equal(status, (await FailsAsync(TokenSources.FirstOf(Source()))).StatusCode);
    }

    [Fact]
    [Trait("case", "interceptors 26")]
    public async Task One_that_hangs_or_is_not_there_is_unavailable()
    {
        _endpoint.Answer = TokenEndpoint.Hang;

        var hanging = await FailsAsync(Source(options => options.Timeout = TimeSpan.FromMilliseconds(50)));
        var missing = await FailsAsync(Source(options => options.TokenEndpoint = new Uri("http://127.0.0.1:1/token")));

        Assert.Equal((StatusCode.Unavailable, StatusCode.Unavailable), (hanging.StatusCode, missing.StatusCode));
    }

    [Theory]
    [InlineData("20", 20)]
    [InlineData("Tue, 01 Jan 2030 00:00:20 GMT", 20)]
    [InlineData("86400", 300)]
    [InlineData("Fri, 01 Feb 2030 00:00:00 GMT", 300)]
    [Trait("case", "interceptors 27")]
    public async Task It_is_left_alone_for_as_long_as_it_asks(string retryAfter, int seconds)
    {
        _endpoint.Answer = (context, n) =>
        {
            context.Response.Headers.RetryAfter = retryAfter;
            return TokenEndpoint.Fail(StatusCodes.Status429TooManyRequests)(context, n);
        };
        var source = Source();
        await FailsAsync(source);

        _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
        await FailsAsync(source);
        Assert.Single(_endpoint.Requests);

        _time.Advance(TimeSpan.FromSeconds(0.2));
        await FailsAsync(source);
        Assert.Equal(2, _endpoint.Requests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"token_type\":null")]
    [InlineData(",\"token_type\":\"\"")]
    [InlineData(",\"token_type\":\"BEARER\"")]
    [InlineData(",\"token_type\":\"BearerToken\"")]
    [Trait("case", "interceptors 28")]
    public async Task A_token_type_that_is_missing_or_named_means_bearer(string type)
    {
        _endpoint.Answer = TokenEndpoint.Fail(200, $$"""{"access_token":"issued"{{type}}}""");

        var token = await Source(options => options.BearerTokenTypes.Add("BearerToken")).GetTokenAsync(default, default);

        Assert.Equal("issued", token.Value);
    }

    [Fact]
    [Trait("case", "interceptors 28")]
    public async Task Another_one_is_refused_and_the_option_named()
    {
        _endpoint.Answer = TokenEndpoint.Fail(200, """{"access_token":"issued","token_type":"BearerToken"}""");

        Assert.Contains(
            "ClientCredentialsOptions.BearerTokenTypes", (await FailsAsync(Source())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("case", "interceptors 29")]
    public async Task A_new_secret_is_used_without_a_restart(bool file)
    {
        var folder = Directory.CreateTempSubdirectory();
        var path = Path.Combine(folder.FullName, "secret");
        var secret = "old";
        Set("old");
        var source = Source(options =>
        {
            options.ClientSecret = "";
            options.Authentication = ClientAuthentication.Post;
            if (file)
                options.ClientSecretFile = path;
            else
                options.GetClientSecret = _ => new ValueTask<string>(secret);
        });

        await source.GetTokenAsync(default, default);
        Set("new");
        _time.Advance(TimeSpan.FromHours(2));
        await source.GetTokenAsync(default, default);

        Assert.Equal(["old", "new"], _endpoint.Requests.Select(request => request.Form["client_secret"]));
        folder.Delete(recursive: true);

        void Set(string value)
        {
            secret = value;
            File.WriteAllText(path, value + "\n");
        }
    }

    [Fact]
    [Trait("case", "interceptors 29")]
    public async Task A_secret_that_can_not_be_read_is_explained()
    {
        var file = await FailsAsync(Source(options => (options.ClientSecret, options.ClientSecretFile) = ("", "/nowhere/secret")));
        var callback = await FailsAsync(Source(options =>
            (options.ClientSecret, options.GetClientSecret) = ("", _ => throw new InvalidOperationException("s3cret"))));

        Assert.Contains("the secret file '/nowhere/secret' can't be read", file.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", callback.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", callback.Message, StringComparison.Ordinal);
        Assert.Empty(_endpoint.Requests);
    }

    [Fact]
    [Trait("case", "interceptors 30")]
    public async Task An_assertion_needs_no_secret_and_is_made_for_each_request()
    {
        var made = 0;
        var source = Source(options =>
        {
            (options.ClientId, options.ClientSecret, options.Authentication) = ("", "", ClientAuthentication.None);
            options.GetParameters = _ => new(new Dictionary<string, string>
            {
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ["client_assertion"] = $"assertion-{++made}",
            });
        });

        await source.GetTokenAsync(default, default);
        _time.Advance(TimeSpan.FromHours(2));
        await source.GetTokenAsync(default, default);

        Assert.Equal(["assertion-1", "assertion-2"], _endpoint.Requests.Select(request => request.Form["client_assertion"]));
        Assert.All(_endpoint.Requests, request =>
        {
            Assert.Equal("", request.Authorization);
            Assert.DoesNotContain(request.Form.Keys, key => key is "client_id" or "client_secret");
        });
    }

    [Fact]
    [Trait("case", "interceptors 30")]
    public async Task Fields_of_the_users_own_replace_those_that_are_sent_anyway()
    {
        await Source(options =>
        {
            options.Scopes.Add("read");
            options.Parameters["scope"] = "write";
            options.Parameters["grant_type"] = "urn:example";
        }).GetTokenAsync(default, default);

        var form = Assert.Single(_endpoint.Requests).Form;
        Assert.Equal(("write", "urn:example"), (form["scope"], form["grant_type"]));
    }

    [Theory]
    [InlineData("a", "file", ClientAuthentication.Basic, "in more than one way")]
    [InlineData("", null, ClientAuthentication.Post, "ClientSecret is empty")]
    [InlineData("a", null, ClientAuthentication.None, "Authentication is None")]
    [Trait("case", "interceptors 30")]
    public void A_secret_too_many_or_too_few_is_refused(string secret, string? file, ClientAuthentication authentication, string problem)
    {
        var error = Assert.Throws<ArgumentException>(() => Source(options =>
            (options.ClientSecret, options.ClientSecretFile, options.Authentication) = (secret, file, authentication)));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static Interceptor Resilient(ITokenSource source, bool allowPlainText) => ClientInterceptors.Combine(
        new ResilienceInterceptor(Options.Create(new ResilienceOptions
        {
            Retry = new RetryOptions { MaxAttempts = 5, BaseDelay = TimeSpan.FromMilliseconds(20), IdempotentMethods = { "*" } },
        })),
        new FallbackTokenInterceptor(source, Options.Create(new FallbackTokenOptions { AllowPlainText = allowPlainText })));

    private static async Task<TokenUnavailableException> FailsAsync(ITokenSource source) =>
        await Assert.ThrowsAsync<TokenUnavailableException>(async () => await source.GetTokenAsync(default, default));

    private ITokenSource Source(Action<ClientCredentialsOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new ClientCredentialsOptions { TokenEndpoint = _endpoint.Address, ClientId = "client", ClientSecret = "secret" };
        configure?.Invoke(options);
        return TokenSources.ClientCredentials(_http, options, timeProvider: time ?? _time);
    }
}
