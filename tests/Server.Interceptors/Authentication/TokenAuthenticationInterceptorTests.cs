using System.Security.Claims;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

public sealed class TokenAuthenticationInterceptorTests : IAsyncLifetime
{
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync(services =>
        services.AddServerInterceptors().AddStandard().AddTokenAuthentication(
            TokenVerifiers.Static([Tokens.Of("alice", Tokens.Good)]), options => options.MaxTokenLength = 1000));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [ClassData(typeof(CallMatrix))]
    public async Task With_a_good_token_every_call_ends_as_without_authentication(CallKind kind, CallEnd end)
    {
        if (end == CallEnd.AbandonedForEver)
            end = CallEnd.AbandonedThenDeadline;

        var seen = await new CallDriver(_server.ClientWith(Tokens.Good)).RunAsync(
            kind, end, () => Eventually.True(() => _server.Observer.Running > 0, "the handler runs"));

        Assert.Equal(CallDriver.Expected(end, exception: StatusCode.Internal), seen);
    }

    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ClientStreaming)]
    [InlineData(CallKind.ServerStreaming)]
    [InlineData(CallKind.Duplex)]
    public async Task With_a_bad_token_no_kind_of_call_reaches_its_handler(CallKind kind)
    {
        var handled = false;
        _server.Observer.OnCall = _ =>
        {
            handled = true;
            return Task.CompletedTask;
        };

        var seen = await new CallDriver(_server.ClientWith("another-token")).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(StatusCode.Unauthenticated, seen);
        Assert.False(handled);
    }

    [Theory]
    [InlineData("no_metadata", "The call carries no metadata; send 'authorization: Bearer TOKEN'.", null)]
    [InlineData("no_token", "The call carries no access token; send the metadata 'authorization: Bearer TOKEN'.", null, "x-other", "1")]
    [InlineData("wrong_scheme", "The metadata 'authorization' has another scheme than Bearer.", null, "authorization", "Basic YTpi")]
    [InlineData(
        "empty_token", "The metadata 'authorization' holds no access token after Bearer.", "invalid_request", "authorization", "Bearer")]
    [InlineData(
        "empty_token", "The metadata 'authorization' holds no access token after Bearer.", "invalid_request", "authorization", "Bearer   ")]
    [InlineData("several_tokens", "The metadata 'authorization' has several values; send exactly one.", "invalid_request",
        "authorization", "Bearer " + Tokens.Good, "authorization", "Bearer " + Tokens.Good)]
    [InlineData("several_tokens", "The metadata 'authorization' has several values; send exactly one.", "invalid_request",
        "authorization", "Bearer " + Tokens.Good + ", Bearer " + Tokens.Good)]
    [InlineData(
        "malformed_token", "The access token has characters that no bearer token has.", "invalid_request", "authorization", "Bearer a b")]
    [InlineData("unknown", "The access token is expired, revoked, malformed, or invalid for another reason.", "invalid_token",
        "authorization", "Bearer another-token")]
    public async Task Each_ground_has_its_text_its_challenge_and_its_word_in_the_log(
        string reason, string detail, string? errorCode, params string[] metadata)
    {
        var sent = new Metadata();
        for (var i = 0; i < metadata.Length; i += 2)
            sent.Add(metadata[i], metadata[i + 1]);

        var error = await _server.RefusedAsync(sent);

        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        Assert.Equal(detail, error.Status.Detail);
        Assert.Equal(
            errorCode is null ? "Bearer realm=\"grpc\"" : $"Bearer realm=\"grpc\", error=\"{errorCode}\", error_description=\"{detail}\"",
            error.Trailers.GetValue("www-authenticate"));
        var line = Assert.Single(_server.Logs.Named("TokenRefused"));
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Equal(reason, line.Fields["Reason"]);
        Assert.Equal("/interceptors.testing.Probe/Unary", line.Fields["Method"]);
        Assert.StartsWith("ipv4:127.0.0.1:", (string)line.Fields["Peer"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_may_be_as_long_as_the_bound_and_no_longer()
    {
        Assert.Contains("invalid for another reason", (await _server.RefusedAsync(Tokens.Bearer(new string('a', 1000))))
            .Status.Detail, StringComparison.Ordinal);

        Assert.Equal("The access token is longer than this server takes.", (
            await _server.RefusedAsync(Tokens.Bearer(new string('a', 1001)))).Status.Detail);
    }

    [Theory]
    [InlineData("Bearer " + Tokens.Good)]
    [InlineData("bearer " + Tokens.Good)]
    [InlineData("BEARER " + Tokens.Good)]
    [InlineData("Bearer    " + Tokens.Good)]
    [InlineData("  Bearer " + Tokens.Good + "\t")]
    public async Task The_scheme_has_no_case_and_spaces_around_do_not_count(string value) =>
        await _server.PassesAsync(new Metadata { { "authorization", value } });

    [Fact]
    public async Task The_handler_sees_the_user()
    {
        ClaimsPrincipal? ofCall = null;
        ClaimsPrincipal? ofRequest = null;
        _server.Observer.OnCall = context =>
        {
            ofCall = context.GetUser();
            ofRequest = context.GetHttpContext().User;
            return Task.CompletedTask;
        };

        await _server.PassesAsync(Tokens.Bearer(Tokens.Good));

        Assert.True(ofCall!.Identity!.IsAuthenticated);
        Assert.Equal("alice", ofCall.Identity.Name);
        Assert.Same(ofRequest, ofCall);
    }

    [Fact]
    public async Task A_refused_call_is_timed_with_its_status_and_is_no_failure_of_the_server()
    {
        await _server.RefusedAsync();

        await Eventually.True(() => _server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        Assert.Equal(StatusCode.Unauthenticated, Assert.Single(_server.Logs.Named("CallEnded")).Fields["Status"]);
        Assert.Empty(_server.Logs.Named("HandlerFailed"));
    }

    [Fact]
    public async Task It_works_as_a_plain_interceptor_with_a_verifier_in_DI()
    {
        await using var plain = await ProbeServer.StartAsync(services => services
            .AddSingleton(Tokens.Verifier())
            .AddSingleton<TokenAuthenticationInterceptor>()
            .AddGrpc(options => options.Interceptors.Add<TokenAuthenticationInterceptor>()));

        await plain.PassesAsync(Tokens.Bearer(Tokens.Good));
        Assert.Equal(StatusCode.Unauthenticated, (await plain.RefusedAsync()).StatusCode);
    }

    [Fact]
    public async Task It_works_without_being_a_service_itself()
    {
        await using var plain = await ProbeServer.StartAsync(services => services
            .AddSingleton(Tokens.Verifier())
            .AddGrpc(options => options.Interceptors.Add<TokenAuthenticationInterceptor>()));

        await plain.PassesAsync(Tokens.Bearer(Tokens.Good));
        Assert.Equal(StatusCode.Unauthenticated, (await plain.RefusedAsync()).StatusCode);
    }

    [Fact]
    public async Task The_realm_is_the_configured_one()
    {
        await using var server = await ProbeServer.StartAsync(services =>
            services.AddServerInterceptors().AddTokenAuthentication(Tokens.Verifier(), options => options.Realm = "orders"));

        Assert.Equal("Bearer realm=\"orders\"", (await server.RefusedAsync()).Trailers.GetValue("www-authenticate"));
    }
}
