using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.AspNetCore.Tests;

public sealed class StrictConfigurationTests
{
    [Theory]
    [InlineData("Wieght", "5", "'Registration:Wieght' is not known to ServiceRegistrationOptions. Did you mean 'Weight'?")]
    [InlineData(
        "Readiness:Intervall", "5", "'Registration:Readiness:Intervall' is not known to ReadinessOptions. Did you mean 'Interval'?")]
    [InlineData("Metadata:a:b", "5", "'Registration:Metadata:a' has keys below it. Give a text.")]
    [InlineData("Tags", "canary", "'Registration:Tags' has one value. Give it several, each under a key of its own.")]
    [Trait("case", "interceptors 21")]
    public async Task A_wrong_key_stops_the_start(string key, string value, string expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { [$"Registration:{key}"] = value }).Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => Backend.StartAsync(
            s => s.AddInMemoryDiscovery().AddServiceRegistration("user", configuration.GetSection("Registration"))));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_option_is_bound()
    {
        var every = new EveryOption(typeof(ServiceRegistrationOptions));
        await using var services = new ServiceCollection()
            .AddServiceRegistration("user", every.Configuration())
            .RemoveAll<IValidateOptions<ServiceRegistrationOptions>>().BuildServiceProvider();

        Assert.True(every.Count > 15);
        Assert.Empty(every.NotBoundIn(services.GetRequiredService<IOptionsMonitor<ServiceRegistrationOptions>>().Get("user")));
    }
}
