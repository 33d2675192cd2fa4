using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Interceptors.Server.Tests;

public sealed class JwtVerifierTests
{
    private readonly TokenIssuer _issuer = new();

    [Fact]
    public async Task A_good_token_gives_its_user()
    {
        ClaimsPrincipal? user = null;
        await using var server = await StartAsync();
        server.Observer.OnCall = context =>
        {
            user = context.GetUser();
            return Task.CompletedTask;
        };

        await server.PassesAsync(Tokens.Bearer(_issuer.Issue()));

        Assert.True(user!.Identity!.IsAuthenticated);
        Assert.Equal("alice", user.Identity.Name);
        Assert.True(user.IsInRole("admin"));
        Assert.True(user.IsInRole("reader"));
        Assert.Equal(TokenIssuer.Name, user.FindFirst("iss")!.Value);
    }

    [Fact]
    public async Task Name_and_roles_are_in_the_claims_that_the_options_name()
    {
        var seen = "";
        await using var server = await StartAsync(options =>
        {
            options.NameClaim = "email";
            options.RoleClaim = "groups";
        });
        server.Observer.OnCall = context =>
        {
            seen = $"{context.GetUser().Identity!.Name} {context.GetUser().IsInRole("staff")} {context.GetUser().IsInRole("admin")}";
            return Task.CompletedTask;
        };

        await server.PassesAsync(Tokens.Bearer(_issuer.Issue(token => token.Claims = new Dictionary<string, object>
        {
            ["sub"] = "1",
            ["email"] = "a@b.test",
            ["groups"] = "staff",
            ["roles"] = "admin",
        })));

        Assert.Equal("a@b.test True False", seen);
    }

    public static TheoryData<string, Func<object, string>> Bad => new()
    {
        { "expired", Changed(token => token.Expires = DateTime.UtcNow.AddMinutes(-2)) },
        { "not_yet_valid", Changed(token => token.NotBefore = DateTime.UtcNow.AddMinutes(2)) },
        { "no_expiry", Changed(token => token.Expires = null) },
        { "issuer", Changed(token => token.Issuer = "https://other.test") },
        { "issuer", Changed(token => token.Issuer = TokenIssuer.Name + "/") },
        { "issuer", Changed(token => token.Issuer = null) },
        { "audience", Changed(token => token.Audience = "billing") },
        { "audience", Changed(token => token.Audience = TokenIssuer.Audience + "/") },
        { "audience", Changed(token => token.Audience = null) },
        { "signature", Changed(token => token.SigningCredentials = Stranger(SecurityAlgorithms.RsaSha256)) },
        { "algorithm", Changed(token => token.SigningCredentials = null) },
        { "algorithm", Changed(
            token => token.SigningCredentials = new(((RsaSecurityKey)token.SigningCredentials.Key), SecurityAlgorithms.RsaSha512)) },
        { "algorithm", Made(issuer => Hmac(issuer, issuer.PublicPem)) },
        { "malformed", Made(_ => "opaque-token") },
        { "malformed", Made(_ => "a.b") },
        { "malformed", Made(_ => "a.b.c") },
        { "malformed", Made(_ => "..") },
        { "malformed", Made(_ => "a.b.c.d.e.f") },
        { "malformed", Made(issuer => issuer.Sign("[]", TokenIssuer.Claims())) },
        { "malformed", Made(issuer => issuer.Sign("{\"alg\":\"RS256\"}", "[1,2]")) },
        { "malformed", Made(issuer => issuer.Sign("{\"alg\":\"RS256\"}", "not json")) },
        { "critical_header", Made(issuer => issuer.Sign("{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":true}", TokenIssuer.Claims())) },
        { "signature", Made(issuer => issuer.Issue()[..^6] + "AAAAAA") },
        { "signature", Made(issuer => WithOtherClaims(issuer.Issue())) },
        { "signature", Made(issuer => issuer.Issue() + "A") },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_token_is_refused_and_the_log_says_why(string reason, Func<object, string> make)
    {
        await using var server = await StartAsync();

        var error = await server.RefusedAsync(Tokens.Bearer(make(_issuer)));

        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        Assert.Equal("The access token is expired, revoked, malformed, or invalid for another reason.", error.Status.Detail);
        Assert.Equal(reason, Assert.Single(server.Logs.Named("TokenRefused")).Fields["Reason"]);
    }

    [Fact]
    public async Task Clocks_may_differ_by_the_skew()
    {
        await using var server = await StartAsync(options => options.ClockSkew = TimeSpan.FromMinutes(10));

        await server.PassesAsync(Tokens.Bearer(_issuer.Issue(token => token.Expires = DateTime.UtcNow.AddMinutes(-2))));
        await server.PassesAsync(Tokens.Bearer(_issuer.Issue(token => token.NotBefore = DateTime.UtcNow.AddMinutes(2))));
    }

    [Fact]
    public async Task A_public_key_is_no_shared_secret_even_where_both_kinds_of_algorithm_are_taken()
    {
        await using var server = await StartAsync(options =>
        {
            options.Algorithms.Add(SecurityAlgorithms.HmacSha256);
            options.SigningKeys.Add(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        });

        Assert.Equal(StatusCode.Unauthenticated, (await server.RefusedAsync(Tokens.Bearer(Hmac(_issuer, _issuer.PublicPem)))).StatusCode);
        await server.PassesAsync(Tokens.Bearer(_issuer.Issue()));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("nOnE")]
    [InlineData("")]
    public async Task An_unsigned_token_is_refused_however_none_is_spelt(string algorithm)
    {
        await using var server = await StartAsync();

        var unsigned = $"{TokenIssuer.Encoded($$"""{"alg":"{{algorithm}}"}""")}.{TokenIssuer.Encoded(TokenIssuer.Claims())}.";

        Assert.Equal(StatusCode.Unauthenticated, (await server.RefusedAsync(Tokens.Bearer(unsigned))).StatusCode);
    }

    [Fact]
    public async Task Only_the_types_that_the_options_name_are_taken()
    {
        await using var server = await StartAsync(options => options.Types.Add("at+jwt"));

        await server.PassesAsync(Tokens.Bearer(_issuer.Issue(token => token.TokenType = "at+jwt")));
        await server.RefusedAsync(Tokens.Bearer(_issuer.Issue()));

        Assert.Equal("type", Assert.Single(server.Logs.Named("TokenRefused")).Fields["Reason"]);
    }

    [Fact]
    public async Task Any_issuer_and_audience_will_do_where_the_options_say_so()
    {
        await using var server = await StartAsync(options =>
        {
            options.Issuers.Clear();
            options.Audiences.Clear();
            options.AllowAnyIssuer = options.AllowAnyAudience = true;
        });

        await server.PassesAsync(Tokens.Bearer(_issuer.Issue(token => (token.Issuer, token.Audience) = ("x", null))));
    }

    [Fact]
    public async Task Keys_can_change_while_the_server_runs()
    {
        var next = new TokenIssuer("key-2");
        List<SecurityKey> keys = [_issuer.PublicKey];
        var asked = new List<string?>();
        await using var server = await StartAsync(Resolving((kid, _) =>
        {
            asked.Add(kid);
            return new(keys);
        }));
        await server.PassesAsync(Tokens.Bearer(_issuer.Issue()));
        await server.RefusedAsync(Tokens.Bearer(next.Issue()));

        keys = [_issuer.PublicKey, next.PublicKey];
        await server.PassesAsync(Tokens.Bearer(_issuer.Issue()));
        await server.PassesAsync(Tokens.Bearer(next.Issue()));

        keys = [next.PublicKey];
        await server.RefusedAsync(Tokens.Bearer(_issuer.Issue()));
        await server.PassesAsync(Tokens.Bearer(next.Issue()));
        Assert.Equal(["key-1", "key-2", "key-1", "key-2", "key-1", "key-2"], asked);
    }

    [Fact]
    public async Task Keys_that_cannot_be_had_make_the_call_Unavailable()
    {
        await using var server = await StartAsync(Resolving(static (_, _) => throw new TokenVerificationException("no keys")));

        Assert.Equal(StatusCode.Unavailable, (await server.RefusedAsync(Tokens.Bearer(_issuer.Issue()))).StatusCode);
    }

    [Fact]
    public async Task A_remembered_token_is_forgotten_when_it_ends()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        var asked = 0;
        var options = _issuer.Options();
        Resolving((_, _) =>
        {
            asked++;
            return new([_issuer.PublicKey]);
        })(options);
        await using var server = await ProbeServer.StartAsync(services => services.AddSingleton<TimeProvider>(time)
            .AddServerInterceptors().AddTokenAuthentication(TokenVerifiers.Jwt(options), authentication =>
            {
                authentication.CacheSize = 10;
                authentication.CacheDuration = TimeSpan.FromHours(1);
            }));
        var token = Tokens.Bearer(_issuer.Issue());
        await server.PassesAsync(token);
        await server.PassesAsync(token);
        Assert.Equal(1, asked);

        time.Advance(TimeSpan.FromMinutes(6));
        await server.PassesAsync(token);

        Assert.Equal(2, asked);
    }

    private Task<ProbeServer> StartAsync(Action<JwtOptions>? configure = null)
    {
        var options = _issuer.Options();
        configure?.Invoke(options);
        return ProbeServer.StartAsync(services => services.AddServerInterceptors().AddTokenAuthentication(TokenVerifiers.Jwt(options)));
    }

    private static Action<JwtOptions> Resolving(Func<string?, CancellationToken, ValueTask<IEnumerable<SecurityKey>>> resolve) => options =>
    {
        options.SigningKeys.Clear();
        options.ResolveSigningKeys = resolve;
    };

    private static Func<object, string> Changed(Action<SecurityTokenDescriptor> change) => issuer => ((TokenIssuer)issuer).Issue(change);

    private static Func<object, string> Made(Func<TokenIssuer, string> make) => issuer => make((TokenIssuer)issuer);

    private static SigningCredentials Stranger(string algorithm) =>
        new(new RsaSecurityKey(new TokenIssuer("stranger").Key.Rsa) { KeyId = "key-1" }, algorithm);

    private static string Hmac(TokenIssuer issuer, byte[] secret)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        var text = $"{TokenIssuer.Encoded("""{"alg":"HS256","kid":"key-1"}""")}.{TokenIssuer.Encoded(TokenIssuer.Claims())}";
        return $"{text}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}";
    }

    private static string WithOtherClaims(string token)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{TokenIssuer.Encoded(TokenIssuer.Claims(",\"roles\":\"root\""))}.{parts[2]}";
    }
}
