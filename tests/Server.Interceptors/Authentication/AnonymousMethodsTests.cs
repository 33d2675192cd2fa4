using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Interceptors.Server.Tests;

public sealed class AnonymousMethodsTests
{
    private const string Health = "grpc.health.v1.Health";
    private const string Reflection = "grpc.reflection.v1alpha.ServerReflection";
    private const string Open = "tests.Open";
    private const string Listed = "tests.Listed";

    [Theory]
    [InlineData(Health)]
    [InlineData(Reflection)]
    [InlineData(Open)]
    [InlineData(Listed)]
    public async Task Some_methods_need_no_token(string service)
    {
        await using var server = await StartAsync(Tokens.Verifier(), static options => options.AllowAnonymousReflection = true);

        Assert.Equal("nobody", await server.CallAsync(service));
        Assert.Empty(server.Logs.Named("TokenIgnored"));
        Assert.Equal(StatusCode.Unauthenticated, (await server.RefusedAsync()).StatusCode);
    }

    [Theory]
    [InlineData(Health)]
    [InlineData(Reflection)]
    public async Task Health_and_reflection_need_one_where_the_options_say_so(string service)
    {
        await using var server = await StartAsync(Tokens.Verifier(), options =>
        {
            options.AllowAnonymousHealth = false;
            options.AllowAnonymousReflection = false;
        });

        var error = await Assert.ThrowsAsync<RpcException>(() => server.CallAsync(service));

        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        Assert.Equal("alice", await server.CallAsync(service, Tokens.Bearer(Tokens.Good)));
    }

    [Theory]
    [InlineData(Health)]
    [InlineData(Reflection)]
    public async Task The_token_of_a_health_check_is_not_looked_at(string service)
    {
        var asked = false;
        await using var server = await StartAsync(Tokens.Verifier(_ =>
        {
            asked = true;
            return Task.CompletedTask;
        }), static options => options.AllowAnonymousReflection = true);

        Assert.Equal("nobody", await server.CallAsync(service, Tokens.Bearer(Tokens.Good)));
        Assert.False(asked);
    }

    [Theory]
    [InlineData("Production", true)]
    [InlineData("Staging", true)]
    [InlineData("Development", false)]
    public async Task Reflection_needs_one_outside_of_development(string environment, bool needs)
    {
        await using var server = await StartAsync(
            Tokens.Verifier(), services: services => services.AddSingleton<IHostEnvironment>(new NamedEnvironment(environment)));

        if (needs)
        {
            Assert.Equal(
                StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => server.CallAsync(Reflection))).StatusCode);
        }
        else
            Assert.Equal("nobody", await server.CallAsync(Reflection));
        Assert.Equal("nobody", await server.CallAsync(Health));
    }

    [Theory]
    [InlineData(Open)]
    [InlineData(Listed)]
    public async Task A_good_token_gives_its_user_to_a_method_that_needs_none(string service)
    {
        await using var server = await StartAsync(Tokens.Verifier());

        Assert.Equal("alice", await server.CallAsync(service, Tokens.Bearer(Tokens.Good)));
    }

    [Theory]
    [InlineData(Open, "Bearer another-token", "unknown")]
    [InlineData(Listed, "Bearer another-token", "unknown")]
    [InlineData(Open, "Basic YTpi", "wrong_scheme")]
    public async Task A_bad_token_is_ignored_by_a_method_that_needs_none(string service, string authorization, string reason)
    {
        await using var server = await StartAsync(Tokens.Verifier());

        Assert.Equal("nobody", await server.CallAsync(service, new Metadata { { "authorization", authorization } }));
        Assert.Equal(reason, Assert.Single(server.Logs.Named("TokenIgnored")).Fields["Reason"]);
    }

    [Fact]
    public async Task A_token_that_cannot_be_verified_is_ignored_by_a_method_that_needs_none()
    {
        await using var server = await StartAsync(Tokens.Verifier(_ => throw new TokenVerificationException("down")));

        Assert.Equal("nobody", await server.CallAsync(Open, Tokens.Bearer(Tokens.Good)));
        Assert.Single(server.Logs.Named("TokenVerificationFailing"));
    }

    [Theory]
    [InlineData("interceptors.testing.Probe/Unary")]
    [InlineData("/interceptors.testing.Probe/Unary")]
    [InlineData("interceptors.testing.Probe/*")]
    [InlineData("interceptors.testing.Probe")]
    [InlineData("interceptors.*")]
    [InlineData("*")]
    public async Task A_pattern_names_methods_services_or_packages(string pattern)
    {
        await using var server = await StartAsync(Tokens.Verifier(), options => options.AnonymousMethods.Add(pattern));

        await server.PassesAsync();
    }

    [Theory]
    [InlineData("interceptors.testing.Probe/Duplex")]
    [InlineData("interceptors.testing.probe")]
    [InlineData("interceptors.testing.Prob")]
    [InlineData("testing.*")]
    public async Task A_pattern_names_nothing_else(string pattern)
    {
        await using var server = await StartAsync(Tokens.Verifier(), options => options.AnonymousMethods.Add(pattern));

        Assert.Equal(StatusCode.Unauthenticated, (await server.RefusedAsync()).StatusCode);
    }

    private static Task<ProbeServer> StartAsync(
        ITokenVerifier verifier, Action<TokenAuthenticationOptions>? configure = null, Action<IServiceCollection>? services = null) =>
        ProbeServer.StartAsync(
        all =>
        {
            services?.Invoke(all);
            all.AddServerInterceptors().AddTokenAuthentication(verifier, options =>
            {
                options.AnonymousMethods.Add(Listed);
                configure?.Invoke(options);
            });
        },
        app =>
        {
            app.MapGrpcService<HealthService>();
            app.MapGrpcService<ReflectionService>();
            app.MapGrpcService<OpenService>();
            app.MapGrpcService<ListedService>();
        });

    private sealed class NamedEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "tests";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
