using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

public sealed class StaticTokenTests
{
    [Fact]
    public async Task The_user_has_the_tokens_name_roles_and_claims()
    {
        var user = await UserOfAsync(
            new StaticToken { Name = "alice", Token = Tokens.Good, Roles = { "admin", "reader" }, Claims = { ["tenant"] = "t1" } });

        Assert.Equal("alice", user.Identity!.Name);
        Assert.True(user.Identity.IsAuthenticated);
        Assert.True(user.IsInRole("admin"));
        Assert.True(user.IsInRole("reader"));
        Assert.False(user.IsInRole("writer"));
        Assert.Equal("t1", user.FindFirst("tenant")!.Value);
    }

    [Theory]
    [InlineData("sha256:", false)]
    [InlineData("SHA256:", true)]
    public async Task A_token_may_be_given_as_its_hash(string prefix, bool upper)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(Tokens.Good)));
        var configured = prefix + (upper ? hash : hash.ToLowerInvariant());

        await using var server = await StartAsync(new StaticToken { Name = "alice", Token = configured });

        await server.PassesAsync(Tokens.Bearer(Tokens.Good));
        Assert.Equal(StatusCode.Unauthenticated, (await server.RefusedAsync(Tokens.Bearer(hash))).StatusCode);
    }

    [Fact]
    public async Task A_long_token_works()
    {
        var token = new string('x', 12_000) + "==";
        await using var server = await StartAsync(Tokens.Of("alice", token));

        await server.PassesAsync(Tokens.Bearer(token));
        Assert.Equal(StatusCode.Unauthenticated, (await server.RefusedAsync(Tokens.Bearer(token[..^1]))).StatusCode);
    }

    [Fact]
    public async Task A_name_may_have_an_old_and_a_new_token()
    {
        await using var server = await StartAsync(
            Tokens.Of("alice", "old-token"), Tokens.Of("alice", "new-token"), Tokens.Of("bob", "bobs-token"));

        foreach (var token in new[] { "old-token", "new-token", "bobs-token" })
            await server.PassesAsync(Tokens.Bearer(token));
    }

    [Fact]
    public async Task After_its_end_a_token_is_refused_in_the_same_words_as_an_unknown_one()
    {
        var time = new ManualTime();
        var verifier = TokenVerifiers.Static(
            [new StaticToken { Name = "alice", Token = Tokens.Good, NotAfter = time.GetUtcNow() + TimeSpan.FromHours(1) }], time);
        await using var server = await StartAsync(verifier);
        await server.PassesAsync(Tokens.Bearer(Tokens.Good));

        time.Advance(TimeSpan.FromHours(1));
        var ended = await server.RefusedAsync(Tokens.Bearer(Tokens.Good));
        var unknown = await server.RefusedAsync(Tokens.Bearer("unknown-token"));

        Assert.Equal(unknown.Status, ended.Status);
        Assert.Equal(unknown.Trailers.GetValue("www-authenticate"), ended.Trailers.GetValue("www-authenticate"));
        Assert.Equal(["expired", "unknown"], server.Logs.Named("TokenRefused").Select(line => line.Fields["Reason"]));
    }

    [Fact]
    public async Task What_a_handler_does_to_the_user_does_not_reach_other_calls()
    {
        var user = await UserOfAsync(Tokens.Of("alice", Tokens.Good));
        var identity = (ClaimsIdentity)user.Identity!;

        Assert.Throws<InvalidOperationException>(() => identity.AddClaim(new Claim("role", "admin")));
        Assert.Throws<InvalidOperationException>(() => identity.AddClaims([new Claim("role", "admin")]));
        Assert.Throws<InvalidOperationException>(() => identity.TryRemoveClaim(identity.Claims.First()));
        Assert.Throws<InvalidOperationException>(() => identity.RemoveClaim(identity.Claims.First()));
        Assert.Throws<InvalidOperationException>(() => user.AddIdentity(new ClaimsIdentity()));
        Assert.Throws<InvalidOperationException>(() => user.AddIdentities([new ClaimsIdentity()]));
        var copy = user.Clone();
        ((ClaimsIdentity)copy.Identity!).AddClaim(new Claim("role", "admin"));
        Assert.True(copy.IsInRole("admin"));
        Assert.False(user.IsInRole("admin"));
        Assert.Equal("alice", copy.Identity!.Name);
    }

    [Fact]
    public void A_token_shows_in_neither_text_nor_JSON()
    {
        var token = Tokens.Of("alice", Tokens.Good);

        Assert.DoesNotContain(Tokens.Good, token.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Tokens.Good, JsonSerializer.Serialize(token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "secret-of-alice", "[0] has no Name; name its user")]
    [InlineData("alice", "", "[0] of 'alice' has no Token; write the token, or 'sha256:' and its SHA-256 in hexadecimal")]
    [InlineData(
        "alice", "secret of alice",
        "[0] of 'alice' has characters that no bearer token has (RFC 6750 §2.1); use A-Z a-z 0-9 - . _ ~ + / and = at its end")]
    [InlineData(
        "alice", "sha256:secret-of-alice",
        "[0] of 'alice' has no 64 hexadecimal digits after 'sha256:'; write the SHA-256 of the token's characters")]
    public void A_wrong_token_is_named_with_the_fix_and_not_shown(string name, string token, string problem)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => TokenVerifiers.Static([Tokens.Of(name, token)]));

        Assert.Equal($"StaticTokenOptions.Tokens{problem}.", error.Message);
        Assert.DoesNotContain("secret-of-alice", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_set_is_an_error() => Assert.Equal(
        "StaticTokenOptions.Tokens is empty, and every call would be refused; give at least one token.",
        Assert.ThrowsAny<ArgumentException>(() => TokenVerifiers.Static([])).Message);

    [Fact]
    public void The_same_token_twice_is_an_error()
    {
        var hash = "sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(Tokens.Good)));

        var error = Assert.ThrowsAny<ArgumentException>(
            () => TokenVerifiers.Static([Tokens.Of("alice", Tokens.Good), Tokens.Of("bob", hash)]));

        Assert.Equal("StaticTokenOptions.Tokens[1] of 'bob' is the token of [0] again; leave one out.", error.Message);
    }

    private static Task<ProbeServer> StartAsync(params StaticToken[] tokens) => StartAsync(TokenVerifiers.Static(tokens));

    private static Task<ProbeServer> StartAsync(ITokenVerifier verifier) =>
        ProbeServer.StartAsync(services => services.AddServerInterceptors().AddTokenAuthentication(verifier));

    private static async Task<ClaimsPrincipal> UserOfAsync(StaticToken token)
    {
        ClaimsPrincipal? user = null;
        await using var server = await StartAsync(token);
        server.Observer.OnCall = context =>
        {
            user = context.GetUser();
            return Task.CompletedTask;
        };
        await server.PassesAsync(Tokens.Bearer(token.Token));
        return user!;
    }
}
