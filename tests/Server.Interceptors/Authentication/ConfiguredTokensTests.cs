using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

public sealed class ConfiguredTokensTests : IAsyncLifetime
{
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Tokens:0:Name"] = "alice",
        ["Tokens:0:Token"] = "old-token",
        ["Tokens:0:Roles:0"] = "admin",
        ["Tokens:0:Claims:tenant"] = "t1",
    }).Build();

    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Tokens_come_from_the_configuration()
    {
        var seen = "";
        _server.Observer.OnCall = context =>
        {
            var user = context.GetUser();
            seen = $"{user.Identity!.Name} {user.IsInRole("admin")} {user.FindFirst("tenant")?.Value}";
            return Task.CompletedTask;
        };

        await _server.PassesAsync(Tokens.Bearer("old-token"));

        Assert.Equal("alice True t1", seen);
    }

    [Fact]
    public async Task A_new_token_is_taken_beside_the_old_one_and_the_old_one_can_go()
    {
        Change(("Tokens:1:Name", "alice"), ("Tokens:1:Token", "new-token"));
        await _server.PassesAsync(Tokens.Bearer("old-token"));
        await _server.PassesAsync(Tokens.Bearer("new-token"));

        Change(("Tokens:0:NotAfter", "2020-01-01T00:00:00Z"));
        Assert.Equal(StatusCode.Unauthenticated, (await _server.RefusedAsync(Tokens.Bearer("old-token"))).StatusCode);
        await _server.PassesAsync(Tokens.Bearer("new-token"));

        Assert.Equal(2, _server.Logs.Named("StaticTokensReloaded").Count);
    }

    [Theory]
    [InlineData(
        "Tokens:0:Token", "new token",
        "StaticTokenOptions.Tokens[0] of 'alice' has characters that no bearer token has (RFC 6750 §2.1); use A-Z a-z 0-9 - . _ ~ + / and "
            + "= at its end.")]
    [InlineData("Tokens:0:Name", "", "StaticTokenOptions.Tokens[0] has no Name; name its user.")]
    [InlineData(
        "Tokens:0:NotAfter", "secret-in-the-wrong-place",
        "StaticTokenOptions.Tokens at 'Tokens:0:NotAfter' is no time; write one such as '2030-01-31T00:00:00Z'.")]
    [InlineData(
        "Tokens:0:NotAftr", "secret-in-the-wrong-place",
        "StaticTokenOptions.Tokens at 'Tokens:0' has a property 'NotAftr'; known are Name, Token, NotAfter, Roles, Claims.")]
    [InlineData("Tokens:0:Roles:0", "", "StaticTokenOptions.Tokens[0] of 'alice' has an empty role; leave it out.")]
    public async Task A_wrong_change_is_logged_and_leaves_the_tokens_as_they_were(string key, string value, string reason)
    {
        Change((key, value));

        await _server.PassesAsync(Tokens.Bearer("old-token"));
        var line = Assert.Single(_server.Logs.Named("StaticTokensReloadFailed"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Equal(reason, line.Fields["Reason"]);
        Assert.DoesNotContain(_server.Logs.Lines, other =>
            $"{other.Message} {other.Exception}".Contains("secret-in-the-wrong-place", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_wrong_change_a_right_one_is_taken()
    {
        Change(("Tokens:0:NotAfter", "tomorrow or so"));
        Change(("Tokens:0:NotAfter", null), ("Tokens:0:Token", "new-token"));

        await _server.PassesAsync(Tokens.Bearer("new-token"));
        Assert.Equal(StatusCode.Unauthenticated, (await _server.RefusedAsync(Tokens.Bearer("old-token"))).StatusCode);
    }

    [Fact]
    public async Task Wrong_tokens_stop_the_host_from_starting()
    {
        _configuration["Tokens:0:Token"] = "";

        var error = await Assert.ThrowsAnyAsync<ArgumentException>(StartAsync);

        Assert.StartsWith("StaticTokenOptions.Tokens[0] of 'alice' has no Token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_tokens_stop_the_host_from_starting()
    {
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            ProbeServer.StartAsync(services => services.AddServerInterceptors().AddStaticTokenAuthentication(static _ => { })));

        Assert.StartsWith("StaticTokenOptions.Tokens is empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_may_come_from_code()
    {
        await using var server = await ProbeServer.StartAsync(services =>
            services.AddServerInterceptors().AddStaticTokenAuthentication(options => options.Tokens.Add(Tokens.Of("alice", Tokens.Good))));

        await server.PassesAsync(Tokens.Bearer(Tokens.Good));
    }

    [Fact]
    public async Task A_source_of_ones_own_that_throws_on_a_change_is_logged_by_its_type_only()
    {
        var fails = false;
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddSingleton<IOptionsChangeTokenSource<StaticTokenOptions>>(
                new ConfigurationChangeTokenSource<StaticTokenOptions>(Options.DefaultName, _configuration));
            services.AddServerInterceptors().AddStaticTokenAuthentication(options => options.Tokens.Add(
                fails ? throw new InvalidOperationException("secret-of-the-source") : Tokens.Of("alice", Tokens.Good)));
        });

        fails = true;
        _configuration.Reload();

        await server.PassesAsync(Tokens.Bearer(Tokens.Good));
        Assert.Equal("InvalidOperationException", Assert.Single(server.Logs.Named("StaticTokensReloadFailed")).Fields["Reason"]);
        Assert.DoesNotContain(
            server.Logs.Lines, line => $"{line.Message} {line.Exception}".Contains("secret-of-the-source", StringComparison.Ordinal));
    }

    private Task<ProbeServer> StartAsync() => ProbeServer.StartAsync(services =>
        services.AddServerInterceptors().AddStaticTokenAuthentication(_configuration.GetSection("Tokens")));

    private void Change(params (string Key, string? Value)[] changes)
    {
        foreach (var (key, value) in changes)
            _configuration[key] = value;
        _configuration.Reload();
    }
}
