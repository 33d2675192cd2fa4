using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>Weight, zone and tags that change while the server runs.</summary>
public sealed class ChangedDescriptionTests : IDisposable
{
    private readonly InMemoryServiceRegistry _registry = new();
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
    private readonly LogCapture _logs = new();

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task A_changed_configuration_is_followed_without_leaving_the_list()
    {
        _configuration["Weight"] = "10";
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync();
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 10 }]);

        (_configuration["Weight"], _configuration["Zone"], _configuration["Tags:0"]) = ("70", "north", "canary");
        _configuration.Reload();
        var seen = await watching.UntilAsync(s => s.Endpoints is [{ Weight: 70, Zone: "north", Tags: ["canary"] }]);
        Assert.Equal(backend.Address, seen.Endpoints[0].Address);
        Assert.DoesNotContain(watching.Seen.SkipWhile(s => s.Endpoints.IsEmpty), s => s.Endpoints.IsEmpty);
    }

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task A_wrong_one_is_said_and_what_was_before_stays()
    {
        _configuration["Weight"] = "10";
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync();
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 10 }]);

        _configuration["Weight"] = "0";
        // .NET's own monitor of the options throws at whoever reloads.
        Assert.NotNull(Record.Exception(_configuration.Reload));
        await Eventually.True(() => _logs.Named("ChangeRefused").Count == 1, "it is said");
        Assert.Contains("Weight of service 'user' is 0", _logs.Named("ChangeRefused")[0].Message, StringComparison.Ordinal);
        Assert.Equal(10, watching.Last!.Endpoints[0].Weight);
    }

    [Fact]
    [Trait("case", "discovery 12")]
    public async Task An_update_stands_over_the_configuration_and_over_a_pause()
    {
        _configuration["Weight"] = "10";
        await using var watching = new Watching(_registry, "user");
        await using var backend = await StartAsync();
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 10 }]);
        var registrations = backend.Services.GetRequiredService<IHostRegistrations>();

        await registrations.UpdateAsync(new InstanceUpdate { Weight = 20, Tags = ["a", "b"] });
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 20, Tags: ["a", "b"] }]);
        (_configuration["Weight"], _configuration["Zone"]) = ("30", "north");
        _configuration.Reload();
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 20, Zone: "north" }]);

        await registrations.PauseAsync();
        await registrations.UpdateAsync(new InstanceUpdate { Weight = 40, Zone = "" }, "user");
        await registrations.ResumeAsync();
        await watching.UntilAsync(s => s.Endpoints is [{ Weight: 40, Zone: null, Tags: ["a", "b"] }]);
        await Assert.ThrowsAsync<ArgumentException>(() => registrations.UpdateAsync(new InstanceUpdate(), "other"));
    }

    [Fact]
    public void An_update_that_cannot_be_is_refused_at_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new InstanceUpdate { Weight = 0 });
        Assert.Throws<ArgumentException>(() => new InstanceUpdate { Tags = ["a,b"] });
        Assert.Throws<ArgumentException>(() => new InstanceUpdate { Tags = [" "] });
    }

    public void Dispose() => _logs.Dispose();

    private Task<Backend> StartAsync() => Backend.StartAsync(services => services
        .AddSingleton<ILoggerFactory>(_logs.Factory())
        .AddInMemoryDiscovery(_registry)
        .AddServiceRegistration("user", _configuration));
}
