using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

public sealed class VerificationFailureTests
{
    private const string Planted = "the-password-of-the-verifier";

    [Fact]
    public async Task A_verifier_that_throws_makes_the_call_Unavailable_and_only_the_type_is_logged()
    {
        await using var server = await StartAsync(_ => throw new InvalidOperationException(Planted));

        var error = await server.RefusedAsync(Tokens.Bearer(Tokens.Good));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal("The access token could not be verified; try again later.", error.Status.Detail);
        Assert.Null(error.Trailers.GetValue("www-authenticate"));
        var line = Assert.Single(server.Logs.Named("TokenVerificationFailing"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Equal("InvalidOperationException", line.Fields["Reason"]);
        Assert.DoesNotContain(server.Logs.Lines, other => $"{other.Message} {other.Exception}".Contains(Planted, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_status_of_a_call_that_the_verifier_makes_is_not_the_callers()
    {
        await using var server = await StartAsync(_ => throw new RpcException(new Status(StatusCode.PermissionDenied, "to introspect")));

        Assert.Equal(StatusCode.Unavailable, (await server.RefusedAsync(Tokens.Bearer(Tokens.Good))).StatusCode);
    }

    [Fact]
    public async Task The_reason_that_a_verifier_gives_is_logged()
    {
        await using var server = await StartAsync(_ => throw new TokenVerificationException("the introspection endpoint is down"));

        await server.RefusedAsync(Tokens.Bearer(Tokens.Good));

        Assert.Equal("the introspection endpoint is down", Assert.Single(server.Logs.Named("TokenVerificationFailing")).Fields["Reason"]);
    }

    [Fact]
    public async Task Failing_and_working_again_are_each_logged_once()
    {
        var fails = true;
        await using var server = await StartAsync(_ => fails ? throw new TokenVerificationException("down") : Task.CompletedTask);
        await server.RefusedAsync(Tokens.Bearer(Tokens.Good));
        await server.RefusedAsync(Tokens.Bearer(Tokens.Good));

        fails = false;
        await server.PassesAsync(Tokens.Bearer(Tokens.Good));
        await server.PassesAsync(Tokens.Bearer(Tokens.Good));

        Assert.Single(server.Logs.Named("TokenVerificationFailing"));
        Assert.Single(server.Logs.Named("TokenVerificationRecovered"));
    }

    [Fact]
    public async Task A_verifier_that_answers_nothing_makes_the_call_Unavailable()
    {
        await using var server = await StartAsync(
            TokenVerifiers.Delegate(static (_, _, _) => new ValueTask<TokenVerification>((TokenVerification)null!)));

        Assert.Equal(StatusCode.Unavailable, (await server.RefusedAsync(Tokens.Bearer(Tokens.Good))).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_verifier_that_hangs_is_given_up_after_the_time_limit(bool minds)
    {
        await using var server = await StartAsync(
            token => Task.Delay(Timeout.Infinite, minds ? token : CancellationToken.None),
            options => options.VerificationTimeout = TimeSpan.FromMilliseconds(50));

        Assert.Equal(StatusCode.Unavailable, (await server.RefusedAsync(Tokens.Bearer(Tokens.Good))).StatusCode);
        Assert.Contains("VerificationTimeout", (string)Assert.Single(server.Logs.Named("TokenVerificationFailing"))
            .Fields["Reason"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_is_cancelled_while_its_token_is_verified_is_Cancelled_and_no_failure(bool minds)
    {
        var asked = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(services => services
            .AddServerInterceptors().AddTiming().AddTokenAuthentication(Tokens.Verifier(token =>
            {
                asked.TrySetResult();
                return Task.Delay(Timeout.Infinite, minds ? token : CancellationToken.None);
            })));
        using var cancellation = new CancellationTokenSource();

        var call = server.Client().UnaryAsync(new ProbeRequest(), Tokens.Bearer(Tokens.Good), cancellationToken: cancellation.Token);
        await asked.Task;
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        await Eventually.True(() => server.Logs.Named("CallEnded").Count > 0, "the call ends on the server");
        Assert.Equal(StatusCode.Cancelled, Assert.Single(server.Logs.Named("CallEnded")).Fields["Status"]);
        Assert.Empty(server.Logs.Named("TokenVerificationFailing"));
    }

    [Fact]
    public async Task A_verifier_that_hangs_does_not_hold_a_call_past_its_deadline()
    {
        await using var server = await ProbeServer.StartAsync(services => services
            .AddServerInterceptors().AddTiming().AddTokenAuthentication(
                Tokens.Verifier(_ => Task.Delay(Timeout.Infinite, CancellationToken.None)),
                options => options.VerificationTimeout = TimeSpan.FromHours(1)));

        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client().UnaryAsync(
            new ProbeRequest(), Tokens.Bearer(Tokens.Good), deadline: DateTime.UtcNow.AddSeconds(2)));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count > 0, "the call ends on the server");
        Assert.Equal(StatusCode.DeadlineExceeded, Assert.Single(server.Logs.Named("CallEnded")).Fields["Status"]);
    }

    [Theory]
    [InlineData("revoked", "revoked")]
    [InlineData("the token " + Tokens.Good + " is revoked", "a reason that holds the token")]
    [InlineData("line\r\nbreak", "line??break")]
    public async Task A_verifiers_reason_is_logged_without_the_token_and_in_one_line(string reason, string logged)
    {
        await using var server = await StartAsync(TokenVerifiers.Delegate((_, _, _) => new(TokenVerification.Refuse(reason))));

        var error = await server.RefusedAsync(Tokens.Bearer(Tokens.Good));

        Assert.Equal("The access token is expired, revoked, malformed, or invalid for another reason.", error.Status.Detail);
        Assert.Equal(logged, Assert.Single(server.Logs.Named("TokenRefused")).Fields["Reason"]);
    }

    private static Task<ProbeServer> StartAsync(
        Func<CancellationToken, Task> before, Action<TokenAuthenticationOptions>? configure = null) =>
        StartAsync(Tokens.Verifier(before), configure);

    private static Task<ProbeServer> StartAsync(ITokenVerifier verifier, Action<TokenAuthenticationOptions>? configure = null) =>
        ProbeServer.StartAsync(services => services.AddServerInterceptors().AddTokenAuthentication(verifier, configure));
}
