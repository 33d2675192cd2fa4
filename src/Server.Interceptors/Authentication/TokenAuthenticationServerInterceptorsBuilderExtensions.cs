using Interceptors.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="TokenAuthenticationInterceptor"/>.</summary>
public static class TokenAuthenticationServerInterceptorsBuilderExtensions
{
    /// <summary>Adds <see cref="TokenAuthenticationInterceptor"/>. Called again, the last verifier holds.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="verifier">Says whose a token is; see <see cref="TokenVerifiers"/>.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddTokenAuthentication(
        this ServerInterceptorsBuilder builder, ITokenVerifier verifier, Action<TokenAuthenticationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        return builder.AddTokenAuthentication(_ => verifier, configure);
    }

    /// <summary>Adds <see cref="TokenAuthenticationInterceptor"/>. Called again, the last verifier holds.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="verifier">Makes or finds the verifier, once, when the host starts: what it throws stops the host.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddTokenAuthentication(
        this ServerInterceptorsBuilder builder,
        Func<IServiceProvider, ITokenVerifier> verifier,
        Action<TokenAuthenticationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(verifier);
        builder.AddOptions<TokenAuthenticationOptions, TokenAuthenticationOptionsValidator>(configure);
        var (methods, name) = (builder.Methods, builder.OptionsName);
        if (!builder.IsForAllMethods)
            return builder.Add(Registration(methods, Make));
        builder.Services.Replace(ServiceDescriptor.Singleton(Make));
        builder.Services.AddHostedService<TokenAuthenticationStartupCheck>();
        return builder.Add(Registration(methods, static services => services.GetRequiredService<TokenAuthenticationInterceptor>()));

        TokenAuthenticationInterceptor Make(IServiceProvider services) => new(
            verifier(services),
            Options.Options.Create(services.GetRequiredService<IOptionsMonitor<TokenAuthenticationOptions>>().Get(name)),
            services.GetService<ILogger<TokenAuthenticationInterceptor>>(),
            services.GetService<TimeProvider>(),
            services.GetService<IHostEnvironment>());
    }

    /// <summary>
    /// Adds <see cref="TokenAuthenticationInterceptor"/> for the tokens in a section of the configuration, which are followed live. A
    /// change that is wrong is logged, and the tokens stay as they were.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="tokens">
    /// Has a child for each token, with the properties of <see cref="StaticToken"/> and nothing else:
    /// <c>"Tokens": [ { "Name": "alice", "Token": "sha256:…", "NotAfter": "2030-01-31T00:00:00Z",
    /// "Roles": [ "admin" ], "Claims": { "tenant": "t1" } } ]</c>.
    /// </param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddStaticTokenAuthentication(
        this ServerInterceptorsBuilder builder, IConfiguration tokens, Action<TokenAuthenticationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(tokens);
        builder.Services.AddSingleton<IOptionsChangeTokenSource<StaticTokenOptions>>(
            new ConfigurationChangeTokenSource<StaticTokenOptions>(builder.OptionsName, tokens));
        return builder.AddStaticTokenAuthentication(new StaticTokenConfigurationReader(tokens).AddTo, configure);
    }

    /// <summary>Adds <see cref="TokenAuthenticationInterceptor"/> for the tokens of <see cref="StaticTokenOptions"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="tokens">Adds the tokens. What is wrong with them stops the host from starting.</param>
    /// <param name="configure">Changes the options; checked at start.</param>
    public static ServerInterceptorsBuilder AddStaticTokenAuthentication(
        this ServerInterceptorsBuilder builder, Action<StaticTokenOptions> tokens, Action<TokenAuthenticationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(tokens);
        var name = builder.OptionsName;
        builder.Services.AddOptions<StaticTokenOptions>(name).Configure(tokens);
        builder.Services.TryAddKeyedSingleton(
            name, static (services, key) => ActivatorUtilities.CreateInstance<ReloadingStaticTokens>(services, key!));
        return builder.AddTokenAuthentication(
            services => services.GetRequiredKeyedService<ReloadingStaticTokens>(name).Verifier, configure);
    }

    private static ServerInterceptorRegistration Registration(
        string methods, Func<IServiceProvider, TokenAuthenticationInterceptor> create) =>
        new(typeof(TokenAuthenticationInterceptor), methods, services => [new(ServerInterceptorOrder.Authentication, create(services))]);
}
