using Microsoft.Extensions.Configuration;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class DeadlineOptionsTests
{
    [Theory]
    [InlineData("pkg.Users/")]
    [InlineData("pkg.Users/Get/More")]
    [InlineData("pkg.Users/*")]
    [InlineData("")]
    [InlineData("pkg users")]
    public void A_malformed_name_is_refused_with_the_right_form(string key)
    {
        var error = Refusal(options => options.Methods[key] = TimeSpan.FromSeconds(1));

        Assert.Contains($"DeadlineOptions.Methods['{key}']", error, StringComparison.Ordinal);
        Assert.Contains("pkg.Service/Method", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_that_is_not_positive_is_refused_by_name()
    {
        Assert.Contains(
            "DeadlineOptions.Default is 00:00:00", Refusal(options => options.Default = TimeSpan.Zero), StringComparison.Ordinal);
        Assert.Contains("DeadlineOptions.IncomingReserve", Refusal(
            options => options.IncomingReserve = -TimeSpan.FromSeconds(1)), StringComparison.Ordinal);
        Assert.Contains(
            "DeadlineOptions.Methods['pkg.Users']", Refusal(
                options => options.Methods["pkg.Users"] = -TimeSpan.FromSeconds(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_there_twice_is_refused()
    {
        var error = Refusal(options =>
        {
            options.Methods["pkg.Users/Get"] = TimeSpan.FromSeconds(1);
            options.Methods["/pkg.Users/Get"] = TimeSpan.FromSeconds(2);
        });

        Assert.Contains("twice", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_can_be_bound_from_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Default"] = "00:00:05",
            ["Methods:pkg.Users/Get"] = "00:00:01",
            ["IncomingReserve"] = "00:00:00.050",
        }).Build();
        var options = new DeadlineOptions();

        configuration.Bind(options);

        Assert.Equal(TimeSpan.FromSeconds(5), options.Default);
        Assert.Equal(KeyValuePair.Create("pkg.Users/Get", TimeSpan.FromSeconds(1)), Assert.Single(options.Methods));
        Assert.Equal(TimeSpan.FromMilliseconds(50), options.IncomingReserve);
    }

    [Fact]
    public void Without_DI_the_error_is_the_same()
    {
        var options = new DeadlineOptions { Default = TimeSpan.Zero };

        var error = Assert.Throws<ArgumentException>(() => new DeadlineInterceptor(Options.Create(options)));

        Assert.Contains("DeadlineOptions.Default", error.Message, StringComparison.Ordinal);
    }

    private static string Refusal(Action<DeadlineOptions> configure)
    {
        var collection = new ServiceCollection();
        collection.AddGrpcClient<Probe.ProbeClient>(options => options.Address = new Uri("http://localhost")).AddDeadline(configure);
        using var services = collection.BuildServiceProvider();
        return Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<Probe.ProbeClient>()).Message;
    }
}
