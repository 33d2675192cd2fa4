using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.AspNetCore.Tests;

public sealed class ServiceRegistrationOptionsTests
{
    [Fact]
    public void They_are_bound_to_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["User:Port"] = "8080",
            ["User:Zone"] = "north",
            ["User:DrainTime"] = "00:00:03",
            ["User:Tags:0"] = "canary",
            ["User:Metadata:rack"] = "7",
            ["User:Readiness:Enabled"] = "true",
            ["User:Readiness:FailuresToWithdraw"] = "9",
        }).Build();
        using var services = new ServiceCollection().AddServiceRegistration("user", configuration.GetSection("User"))
            .BuildServiceProvider();
        var options = services.GetRequiredService<IOptionsMonitor<ServiceRegistrationOptions>>().Get("user");

        Assert.Equal(
            (8080, "north", TimeSpan.FromSeconds(3), "7"), (options.Port, options.Zone, options.DrainTime, options.Metadata["rack"]));
        Assert.Equal(["canary"], options.Tags);
        Assert.Equal((true, 9), (options.Readiness.Enabled, options.Readiness.FailuresToWithdraw));
    }

    public static TheoryData<string, Action<ServiceRegistrationOptions>> Wrong { get; } = new()
    {
        { "Id", o => o.Id = "a/b" },
        { "RandomId", o => (o.Id, o.RandomId) = ("a", true) },
        { "AdvertisedHost", o => o.AdvertisedHost = "0.0.0.0" },
        { "Port", o => o.Port = 0 },
        { "AdvertisedPort", o => o.AdvertisedPort = 70000 },
        { "AdvertisedPort", o => (o.AdvertisedPort, o.AllPorts) = (80, true) },
        { "AllPorts", o => (o.Port, o.AllPorts) = (80, true) },
        { "Scheme", o => o.Scheme = "grpc" },
        { "Weight", o => o.Weight = 0 },
        { "Tags", o => o.Tags.Add("a,b") },
        { "DrainTime", o => o.DrainTime = TimeSpan.FromSeconds(-1) },
        { "Readiness.Interval", o => o.Readiness.Interval = TimeSpan.Zero },
        { "Readiness.Timeout", o => o.Readiness.Timeout = TimeSpan.FromDays(1) },
        { "Readiness.FailuresToWithdraw", o => o.Readiness.FailuresToWithdraw = 0 },
        { "Readiness.SuccessesToReturn", o => o.Readiness.SuccessesToReturn = 0 },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_one_is_named_with_its_service(string option, Action<ServiceRegistrationOptions> configure)
    {
        var options = new ServiceRegistrationOptions();
        configure(options);
        var result = new ServiceRegistrationOptionsValidator().Validate("user", options);

        var failure = Assert.Single(result.Failures ?? []);
        Assert.StartsWith($"ServiceRegistrationOptions.{option} of service 'user' ", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_right() =>
        Assert.True(new ServiceRegistrationOptionsValidator().Validate("user", new ServiceRegistrationOptions()).Succeeded);
}
