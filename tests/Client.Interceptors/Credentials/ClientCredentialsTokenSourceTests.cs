using System.Text;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class ClientCredentialsTokenSourceTests : IAsyncLifetime
{
    private const string Secret = "s3cret:with/odd chars";

    private readonly HttpClient _client = new();
    private readonly ManualTime _time = new();
    private readonly LogCapture _logs = new();
    private TokenEndpoint _endpoint = null!;

    public async ValueTask InitializeAsync() => _endpoint = await TokenEndpoint.StartAsync();

    public async ValueTask DisposeAsync()
    {
        Assert.All(_logs.Lines, line => Assert.DoesNotContain("s3cret", line.Message + line.Exception, StringComparison.Ordinal));
        _client.Dispose();
        _logs.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task A_hundred_first_calls_at_once_make_one_request()
    {
        var release = new TaskCompletionSource();
        _endpoint.Answer = async (context, n) =>
        {
            await release.Task;
            await TokenEndpoint.Issue(3600)(context, n);
        };
        var source = Source();

        var asked = Enumerable.Range(0, 100).Select(_ => Get(source)).ToArray();
        await Eventually.True(() => _endpoint.Requests.Count == 1, "the endpoint is asked");
        release.SetResult();

        Assert.All(await Task.WhenAll(asked), token => Assert.Equal("issued-1", token));
        Assert.Single(_endpoint.Requests);
    }

    [Fact]
    public async Task The_request_is_the_one_of_the_RFC_with_the_secret_in_the_header()
    {
        await Get(Source(options =>
        {
            options.Scopes.Add("read");
            options.Scopes.Add("write");
            options.Parameters["audience"] = "orders";
        }));

        var request = Assert.Single(_endpoint.Requests);
        Assert.Equal(
            "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("the%3Aclient:s3cret%3Awith%2Fodd+chars")), request.Authorization);
        Assert.Equal(
            [("audience", "orders"), ("grant_type", "client_credentials"), ("scope", "read write")],
            request.Form.OrderBy(field => field.Key).Select(field => (field.Key, field.Value)));
    }

    [Fact]
    public async Task Or_in_the_form()
    {
        await Get(Source(options => options.Authentication = ClientAuthentication.Post));

        var request = Assert.Single(_endpoint.Requests);
        Assert.Equal("", request.Authorization);
        Assert.Equal(("the:client", Secret), (request.Form["client_id"], request.Form["client_secret"]));
    }

    [Fact]
    public async Task A_token_is_kept_until_it_is_nearly_over_then_renewed_in_the_background()
    {
        var source = Source();
        var token = await source.GetTokenAsync(default, default);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromHours(1), token.ExpiresAt);

        _time.Advance(TimeSpan.FromMinutes(58));
        Assert.Equal("issued-1", await Get(source));
        Assert.Single(_endpoint.Requests);

        _time.Advance(TimeSpan.FromSeconds(75));
        var asked = source.GetTokenAsync(default, default).AsTask();
        Assert.True(asked.IsCompletedSuccessfully);
        Assert.Equal("issued-1", (await asked).Value);
        await Eventually.True(() => Current(source) == "issued-2", "the new token is there");
        Assert.Equal(2, _endpoint.Requests.Count);
    }

    [Fact]
    public async Task An_ended_token_is_never_given()
    {
        var source = Source();
        await Get(source);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("issued-2", await Get(source));
    }

    [Fact]
    public async Task Without_expires_in_the_default_lifetime_holds()
    {
        _endpoint.Answer = TokenEndpoint.Issue(null);

        var token = await Source(options => options.DefaultLifetime = TimeSpan.FromMinutes(7)).GetTokenAsync(default, default);

        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(7), token.ExpiresAt);
    }

    [Fact]
    public async Task A_valid_token_stays_in_use_while_renewing_fails_and_the_endpoint_is_not_hammered()
    {
        var source = Source();
        await Get(source);
        _endpoint.Answer = TokenEndpoint.Fail(503);
        _time.Advance(TimeSpan.FromMinutes(59.5));

        for (var i = 0; i < 50; i++)
            Assert.Equal("issued-1", await Get(source));
        await Eventually.True(() => _logs.Named("TokenFetchFailed").Count == 1, "the failure is logged");
        for (var i = 0; i < 50; i++)
            Assert.Equal("issued-1", await Get(source));
        Assert.Equal(2, _endpoint.Requests.Count);

        _endpoint.Answer = TokenEndpoint.Issue(3600);
        _time.Advance(TimeSpan.FromSeconds(5));
        await Eventually.True(() => Current(source) == "issued-3", "the new token is there");
        await Eventually.True(() => _logs.Named("TokenFetchRecovered").Count == 1, "the end of the failure is logged");
    }

    [Fact]
    public async Task A_dead_endpoint_is_left_alone_for_a_while_after_each_failure()
    {
        _endpoint.Answer = TokenEndpoint.Fail(500);
        var source = Source();

        for (var i = 0; i < 20; i++)
            await Assert.ThrowsAsync<TokenUnavailableException>(() => Get(source));
        Assert.Single(_endpoint.Requests);

        _time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++)
            await Assert.ThrowsAsync<TokenUnavailableException>(() => Get(source));
        Assert.Equal(2, _endpoint.Requests.Count);
        Assert.Single(_logs.Named("TokenFetchFailed"));
    }

    [Theory]
    [InlineData(401, """{"error":"invalid_client","error_description":"s3cret is wrong"}""", "HTTP 401, invalid_client")]
    [InlineData(400, """{"error":"s3cret"}""", "HTTP 400")]
    [InlineData(500, "<html>s3cret", "HTTP 500")]
    [InlineData(200, "<html>s3cret", "no JSON object")]
    [InlineData(200, "[]", "no JSON object")]
    [InlineData(200, "", "no JSON object")]
    [InlineData(200, """{"access_token":17,"token_type":"Bearer"}""", "no JSON object that has an access_token")]
    [InlineData(200, """{"access_token":"s3cret","token_type":"mac"}""", "token_type other than Bearer")]
    [InlineData(200, """{"access_token":"s3cret\r\nx: y","token_type":"Bearer"}""", "no bearer token")]
    [InlineData(200, """{"access_token":"s3cret","token_type":"Bearer","expires_in":0}""", "has ended already")]
    public async Task A_useless_answer_is_explained_without_quoting_it(int status, string body, string reason)
    {
        _endpoint.Answer = TokenEndpoint.Fail(status, body);

        var error = await Assert.ThrowsAsync<TokenUnavailableException>(() => Get(Source()));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_hangs_is_given_up_after_the_time_limit()
    {
        _endpoint.Answer = TokenEndpoint.Hang;

        var error = await Assert.ThrowsAsync<TokenUnavailableException>(
            () => Get(Source(options => options.Timeout = TimeSpan.FromMilliseconds(50))));

        Assert.Contains("no answer within", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_not_there_is_named()
    {
        var address = new Uri("http://127.0.0.1:1/token?key=s3cret");

        var error = await Assert.ThrowsAsync<TokenUnavailableException>(() => Get(Source(options => options.TokenEndpoint = address)));

        Assert.Contains("http://127.0.0.1:1/token can't be reached", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_ends_the_fetch_for_nobody_else()
    {
        var release = new TaskCompletionSource();
        _endpoint.Answer = async (context, n) =>
        {
            await release.Task;
            await TokenEndpoint.Issue(3600)(context, n);
        };
        var source = Source();
        using var cancellation = new CancellationTokenSource();

        var first = source.GetTokenAsync(default, cancellation.Token).AsTask();
        var second = Get(source);
        await Eventually.True(() => _endpoint.Requests.Count == 1, "the endpoint is asked");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.SetResult();
        Assert.Equal("issued-1", await second);
    }

    [Fact]
    public async Task A_refused_token_is_dropped_once_and_a_late_failure_drops_no_newer_one()
    {
        var source = Source();
        var first = await source.GetTokenAsync(default, default);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => source.Invalidate(first))));
        var second = await source.GetTokenAsync(default, default);
        source.Invalidate(first);

        Assert.Equal("issued-2", second.Value);
        Assert.Equal("issued-2", await Get(source));
        Assert.Equal(2, _endpoint.Requests.Count);
    }

    [Fact]
    [Trait("case", "security 10")]
    public async Task Refreshes_of_a_token_that_is_refused_again_back_off()
    {
        var source = Source();
        var fetches = new List<int>();
        for (var second = 0; second < 60; second++)
        {
            for (var i = 0; i < 100; i++)
                source.Invalidate(await source.GetTokenAsync(default, default));
            fetches.Add(_endpoint.Requests.Count);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // At once, then at least 0.5, 1, 2, 4, 8, 15 and 15 s apart.
        Assert.InRange(fetches[9], 2, 6);
        Assert.InRange(fetches[^1], 4, 10);
    }

    [Fact]
    [Trait("case", "security 10")]
    public async Task A_server_that_refuses_every_token_makes_not_each_call_a_request()
    {
        var source = Source();
        for (var i = 0; i < 50; i++)
            source.Invalidate(await source.GetTokenAsync(default, default));

        Assert.Equal(2, _endpoint.Requests.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        source.Invalidate(await source.GetTokenAsync(default, default));
        Assert.Equal("issued-3", await Get(source));
    }

    [Theory]
    [InlineData("http://example.org/token", "TokenEndpoint")]
    [InlineData(null, "TokenEndpoint")]
    [InlineData("id", "ClientId")]
    [InlineData("secret", "ClientSecret")]
    [InlineData("scope", "Scopes")]
    [InlineData("timeout", "Timeout")]
    [InlineData("delay", "MaxFailureDelay")]
    public void A_wrong_option_is_refused_by_name(string? wrong, string option)
    {
        var error = Assert.Throws<ArgumentException>(() => Source(options =>
        {
            switch (wrong)
            {
                case "id": options.ClientId = ""; break;
                case "secret": options.ClientSecret = ""; break;
                case "scope": options.Scopes.Add("two scopes"); break;
                case "timeout": options.Timeout = TimeSpan.Zero; break;
                case "delay": options.MaxFailureDelay = TimeSpan.Zero; break;
                default: options.TokenEndpoint = wrong is null ? null : new Uri(wrong); break;
            }
        }));

        Assert.Contains($"ClientCredentialsOptions.{option} ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    private ITokenSource Source(Action<ClientCredentialsOptions>? configure = null)
    {
        var options = new ClientCredentialsOptions { TokenEndpoint = _endpoint.Address, ClientId = "the:client", ClientSecret = Secret };
        configure?.Invoke(options);
        return TokenSources.ClientCredentials(_client, options, _logs.CreateLogger("tokens"), _time);
    }

    private static async Task<string> Get(ITokenSource source) => (await source.GetTokenAsync(default, default)).Value;

    /// <summary>The token that there is without waiting.</summary>
    private static string? Current(ITokenSource source) =>
        source.GetTokenAsync(default, default).AsTask() is { IsCompletedSuccessfully: true } token ? token.Result.Value : null;
}
