using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class TokenSourcesTests
{
    [Fact]
    public async Task The_first_source_that_has_a_token_gives_it()
    {
        var asked = 0;
        var never = TokenSources.Delegate((_, _) =>
        {
            asked++;
            return new ValueTask<AccessToken>(new AccessToken("third"));
        });

        var source = TokenSources.FirstOf(Failing("no file"), TokenSources.Static("second"), never);

        Assert.Equal("second", (await source.GetTokenAsync(default, default)).Value);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task If_none_has_one_each_reason_is_given_but_of_unknown_failures_only_the_kind()
    {
        var source = TokenSources.FirstOf(
            Failing("no file"), TokenSources.Delegate(async (_, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("hunter2");
            }));

        var error = await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(default, default).AsTask());

        Assert.Contains("no file; InvalidOperationException", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_of_them_are_told_of_a_refused_token()
    {
        var told = new List<string>();
        ITokenSource Told(string name) => TokenSources.Delegate((_, _) => default, _ => told.Add(name));

        TokenSources.FirstOf(Told("a"), Told("b")).Invalidate(new AccessToken("x"));

        Assert.Equal(["a", "b"], told);
    }

    [Fact]
    public void None_at_all_is_an_error() => Assert.Throws<ArgumentException>(() => TokenSources.FirstOf());

    [Theory]
    [InlineData("")]
    [InlineData("hunter2 ")]
    [InlineData("hunter2\r\nx: y")]
    [InlineData("hunter2é")]
    public void What_can_be_no_bearer_token_is_refused_without_showing_it(string value)
    {
        var error = Assert.Throws<ArgumentException>(() => new AccessToken(value));

        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_can_be_a_service()
    {
        await using var server = await ProbeServer.StartAsync();
        await using var services = server.AddClient(new ServiceCollection().AddSingleton(TokenSources.Static("ours")))
            .AddStandardInterceptors()
            .AddFallbackToken(services => services.GetRequiredService<ITokenSource>(), options => options.AllowPlainText = true)
            .Services.BuildServiceProvider();

        var response = await services.GetRequiredService<Probe.ProbeClient>().UnaryAsync(new ProbeRequest());

        Assert.Equal("Bearer ours", response.Headers.Single(header => header.Key == "authorization").Value.ToStringUtf8());
    }

    [Fact]
    public void A_wrong_option_is_refused_when_it_is_first_used()
    {
        var collection = new ServiceCollection();
        collection.AddGrpcClient<Probe.ProbeClient>(options => options.Address = new Uri("http://localhost"))
            .AddFallbackToken(TokenSources.Static("x"), options => options.OnFailure = (TokenFailureAction)9);
        using var services = collection.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<Probe.ProbeClient>());

        Assert.Contains("FallbackTokenOptions.OnFailure", error.Message, StringComparison.Ordinal);
    }

    private static ITokenSource Failing(string reason) => TokenSources.Delegate((_, _) => throw new TokenUnavailableException(reason));
}
