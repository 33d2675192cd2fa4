using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

public sealed class TokenAuthenticationOptionsTests
{
    public static TheoryData<string, Action<TokenAuthenticationOptions>> Wrong => new()
    {
        { "AnonymousMethods: 'a b' is no pattern for methods", options => options.AnonymousMethods.Add("a b") },
        { "MaxTokenLength is 0; use a positive number.", options => options.MaxTokenLength = 0 },
        { "VerificationTimeout is 00:00:00; use a positive time", options => options.VerificationTimeout = TimeSpan.Zero },
        { "VerificationTimeout is 2.00:00:00; use a positive time of at most a day", options =>
            options.VerificationTimeout = TimeSpan.FromDays(2) },
        { "Realm is empty or has characters", options => options.Realm = "" },
        { "Realm is empty or has characters", options => options.Realm = "a\"b" },
        { "Realm is empty or has characters", options => options.Realm = "a\r\nb" },
        { "CacheSize is -1; use 0 (off) or more.", options => options.CacheSize = -1 },
        { "CacheDuration is -00:00:01; use a positive time", options => options.CacheDuration = TimeSpan.FromSeconds(-1) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_named_with_the_fix(string problem, Action<TokenAuthenticationOptions> configure)
    {
        var options = new TokenAuthenticationOptions();
        configure(options);

        var error = Assert.Throws<ArgumentException>(() => new TokenAuthenticationInterceptor(Tokens.Verifier(), Options.Create(options)));

        Assert.StartsWith("TokenAuthenticationOptions." + problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_stops_the_host_from_starting() => await Assert.ThrowsAnyAsync<Exception>(() =>
        ProbeServer.StartAsync(
            services => services.AddServerInterceptors().AddTokenAuthentication(Tokens.Verifier(), options => options.CacheSize = -1)));

    [Fact]
    public async Task A_verifier_that_cannot_be_made_stops_the_host_from_starting()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => ProbeServer.StartAsync(services =>
            services.AddServerInterceptors().AddTokenAuthentication(_ => TokenVerifiers.Jwt(new JwtOptions()))));

        Assert.Contains(
            "JwtOptions.Audiences is empty; name at least one, or say AllowAnyAudience = true.", error.Message, StringComparison.Ordinal);
    }
}
