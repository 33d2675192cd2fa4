using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Interceptors.Server.Tests;

/// <summary>ASP.NET Core's own JwtBearer for one service, the kit's token authentication for the others, in one host.</summary>
public sealed class JwtBearerTests : IAsyncLifetime
{
    private const string Guarded = "tests.Listed";

    private readonly TokenIssuer _issuer = new();
    private ProbeServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ProbeServer.StartAsync(
        services =>
        {
            services.AddAuthorization().AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
            {
                options.MapInboundClaims = false;
                options.TokenValidationParameters = new TokenValidationParameters
                {
                    ValidIssuer = TokenIssuer.Name,
                    ValidAudience = TokenIssuer.Audience,
                    IssuerSigningKey = _issuer.PublicKey,
                    NameClaimType = "sub",
                };
            });
            services.AddServerInterceptors().AddTokenAuthentication(
                TokenVerifiers.Static([Tokens.Of("bob", Tokens.Good)]), options => options.AnonymousMethods.Add(Guarded));
        },
        app => app.MapGrpcService<ListedService>().RequireAuthorization());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_user_that_JwtBearer_found_stays_the_user() =>
        Assert.Equal("alice", await _server.CallAsync(Guarded, Tokens.Bearer(_issuer.Issue())));

    [Theory]
    [InlineData(null)]
    [InlineData(Tokens.Good)]
    public async Task What_JwtBearer_refuses_the_kit_does_not_let_through(string? token)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => _server.CallAsync(Guarded, token is null ? null : Tokens.Bearer(token)));

        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
    }

    [Fact]
    public async Task What_the_kit_guards_takes_the_kits_tokens_only()
    {
        var name = "";
        _server.Observer.OnCall = context =>
        {
            name = context.GetUser().Identity!.Name;
            return Task.CompletedTask;
        };

        await _server.PassesAsync(Tokens.Bearer(Tokens.Good));
        Assert.Equal("bob", name);
        Assert.Equal(StatusCode.Unauthenticated, (await _server.RefusedAsync(Tokens.Bearer(_issuer.Issue()))).StatusCode);
    }
}
