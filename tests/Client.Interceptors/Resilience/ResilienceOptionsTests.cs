using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class ResilienceOptionsTests
{
    public static TheoryData<string, Action<ResilienceOptions>> Wrong { get; } = new()
    {
        { "AttemptTimeout", options => options.AttemptTimeout = TimeSpan.Zero },
        { "Retry.MaxAttempts", options => options.Retry = new RetryOptions { MaxAttempts = 1 } },
        { "Retry.BaseDelay", options => options.Retry = new RetryOptions { BaseDelay = TimeSpan.FromSeconds(-1) } },
        { "Retry.MaxDelay", options => options.Retry = new RetryOptions { MaxDelay = TimeSpan.Zero } },
        { "Retry.Jitter", options => options.Retry = new RetryOptions { Jitter = 1.5 } },
        { "Retry.IdempotentMethods", options => options.Retry = new RetryOptions { IdempotentMethods = { "a/b/c" } } },
        { "Retry.Codes", options => options.Retry = new RetryOptions { Codes = { StatusCode.OK } } },
        { "CircuitBreaker.FailureRatio", options => options.CircuitBreaker = new CircuitBreakerOptions { FailureRatio = 0 } },
        { "CircuitBreaker.MinimumThroughput", options => options.CircuitBreaker = new CircuitBreakerOptions { MinimumThroughput = 1 } },
        { "CircuitBreaker.SamplingDuration",
            options => options.CircuitBreaker = new CircuitBreakerOptions { SamplingDuration = TimeSpan.Zero } },
        { "CircuitBreaker.BreakDuration",
            options => options.CircuitBreaker = new CircuitBreakerOptions { BreakDuration = TimeSpan.FromDays(2) } },
        { "CircuitBreaker.Methods", options => options.CircuitBreaker = new CircuitBreakerOptions { Methods = { "" } } },
        { "CircuitBreaker.Codes", options => options.CircuitBreaker = new CircuitBreakerOptions { Codes = { StatusCode.Cancelled } } },
        { "Concurrency.MaxCalls", options => options.Concurrency = new ConcurrencyLimitOptions { MaxCalls = 0 } },
        { "Concurrency.QueueLength", options => options.Concurrency = new ConcurrencyLimitOptions { QueueLength = -1 } },
        { "Concurrency.Methods", options => options.Concurrency = new ConcurrencyLimitOptions { Methods = { "x y" } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_refused_by_name(string option, Action<ResilienceOptions> configure)
    {
        var collection = new ServiceCollection();
        collection.AddGrpcClient<Probe.ProbeClient>(options => options.Address = new Uri("http://localhost")).AddResilience(configure);
        using var services = collection.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<Probe.ProbeClient>());

        Assert.Contains($"ResilienceOptions.{option}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_DI_the_error_is_the_same()
    {
        var options = new ResilienceOptions { AttemptTimeout = TimeSpan.Zero };

        var error = Assert.Throws<ArgumentException>(() => new ResilienceInterceptor(Options.Create(options)));

        Assert.Contains("ResilienceOptions.AttemptTimeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_can_be_bound_from_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Retry:MaxAttempts"] = "5",
            ["Retry:Codes:0"] = "Aborted",
            ["Retry:IdempotentMethods:0"] = "pkg.Users/Get",
            ["AttemptTimeout"] = "00:00:07",
            ["CircuitBreaker:FailureRatio"] = "0.25",
            ["Concurrency:QueueLength"] = "9",
        }).Build();
        var options = new ResilienceOptions();

        configuration.Bind(options);

        Assert.Equal((5, 0.25, 9), (options.Retry?.MaxAttempts, options.CircuitBreaker?.FailureRatio, options.Concurrency?.QueueLength));
        Assert.Equal([StatusCode.Aborted], options.Retry!.Codes);
        Assert.Equal(["pkg.Users/Get"], options.Retry.IdempotentMethods);
        Assert.Equal(TimeSpan.FromSeconds(7), options.AttemptTimeout);
    }

    [Fact]
    public void The_defaults_and_the_recommended_options_are_right()
    {
        var collection = new ServiceCollection();
        collection.AddGrpcClient<Probe.ProbeClient>(options => options.Address = new Uri("http://localhost"))
            .AddDeadline().AddResilience(options => options.UseRecommended("pkg.Users/Get"));
        using var services = collection.BuildServiceProvider();

        Assert.NotNull(services.GetRequiredService<Probe.ProbeClient>());
        Assert.NotNull(new ResilienceInterceptor());
    }
}
