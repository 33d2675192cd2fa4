using Interceptors.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Server.Tests;

public sealed class LimitsOptionsTests
{
    public static TheoryData<string, Action<LimitsOptions>> Wrong { get; } = new()
    {
        { "LimitsOptions.Server limits nothing; set MaxConcurrentCalls or CallsPerPeriod", o => o.Server = new() },
        { "LimitsOptions.EachMethod limits nothing", o => o.EachMethod = new() { QueueLength = 5 } },
        { "LimitsOptions.Server.MaxConcurrentCalls is 0; use 1 or more", o => o.Server = new() { MaxConcurrentCalls = 0 } },
        { "LimitsOptions.Server.MaxConcurrentCalls is -1", o => o.Server = new() { MaxConcurrentCalls = -1 } },
        { "LimitsOptions.Server.MaxConcurrentCalls is -2147483648", o => o.Server = new() { MaxConcurrentCalls = int.MinValue } },
        { "LimitsOptions.EachMethod.CallsPerPeriod is 0; use 1 or more", o => o.EachMethod = new() { CallsPerPeriod = 0 } },
        { "LimitsOptions.EachMethod.CallsPerPeriod is -5", o => o.EachMethod = new() { CallsPerPeriod = -5 } },
        { "LimitsOptions.Server.Period is 00:00:00; use more than zero", o =>
            o.Server = new() { CallsPerPeriod = 1, Period = TimeSpan.Zero } },
        { "LimitsOptions.Server.Period is -00:00:01", o => o.Server = new() { CallsPerPeriod = 1, Period = TimeSpan.FromSeconds(-1) } },
        { "LimitsOptions.Server.Period is 1.00:00:00.0000001", o =>
            o.Server = new() { CallsPerPeriod = 1, Period = TimeSpan.FromDays(1) + TimeSpan.FromTicks(1) } },
        { "LimitsOptions.Server.Period is ", o => o.Server = new() { CallsPerPeriod = 1, Period = TimeSpan.MaxValue } },
        { "more than a clock can tell apart", o => o.Server = new() { CallsPerPeriod = int.MaxValue } },
        { "LimitsOptions.Server.Burst is 0; use 1 or more", o => o.Server = new() { CallsPerPeriod = 1, Burst = 0 } },
        { "LimitsOptions.Server.Burst is -3", o => o.Server = new() { CallsPerPeriod = 1, Burst = -3 } },
        { "LimitsOptions.Server.Burst is 3 without CallsPerPeriod", o => o.Server = new() { MaxConcurrentCalls = 1, Burst = 3 } },
        { "LimitsOptions.Server.QueueLength is -1; use 0 or more", o => o.Server = new() { MaxConcurrentCalls = 1, QueueLength = -1 } },
        { "LimitsOptions.Methods[''] names neither", o => o.Methods[""] = new() { MaxConcurrentCalls = 1 } },
        { "write 'pkg.Service/Method' or 'pkg.Service'", o => o.Methods["pkg.*"] = new() { MaxConcurrentCalls = 1 } },
        { "LimitsOptions.Methods['a/b/c']", o => o.Methods["a/b/c"] = new() { MaxConcurrentCalls = 1 } },
        { "LimitsOptions.Methods['a b']", o => o.Methods["a b"] = new() { MaxConcurrentCalls = 1 } },
        { "LimitsOptions.Methods['//a/b']", o => o.Methods["//a/b"] = new() { MaxConcurrentCalls = 1 } },
        { "LimitsOptions.Methods['a.B'] is null", o => o.Methods["a.B"] = null! },
        { "LimitsOptions.Methods['a.B/C'].QueueLength is -1", o =>
            o.Methods["a.B/C"] = new() { MaxConcurrentCalls = 1, QueueLength = -1 } },
        { "is there twice", o => o.Methods["a.B/C"] = o.Methods["/a.B/C"] = new() { MaxConcurrentCalls = 1 } },
        { "LimitsOptions.Exempt: 'pkg.S*' is no pattern", o => o.Exempt.Add("pkg.S*") },
        { "LimitsOptions.Exempt: '' is no pattern", o => o.Exempt.Add("") },
        { "LimitsOptions.Exempt: '' is no pattern", o => o.Exempt.Add(null!) },
        { "LimitsOptions.EachCaller is set, but not CallerKey", o => o.EachCaller = new() { MaxConcurrentCalls = 1 } },
        { "LimitsOptions.EachCaller.Burst is 3 without", o => o.EachCaller = new() { MaxConcurrentCalls = 1, Burst = 3 } },
        { "LimitsOptions.MaxCallers is 0; use 1 or more", o => o.MaxCallers = 0 },
        { "LimitsOptions.MaxCallers is -1", o => o.MaxCallers = -1 },
        { "LimitsOptions.RetryPushback is -00:00:01; use zero to a day", o => o.RetryPushback = TimeSpan.FromSeconds(-1) },
        { "LimitsOptions.RetryPushback is 2.00:00:00", o => o.RetryPushback = TimeSpan.FromDays(2) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_refused_by_name_and_with_the_fix(string message, Action<LimitsOptions> configure)
    {
        var options = new LimitsOptions();
        configure(options);

        var error = Assert.Throws<ArgumentException>(() => new LimitsInterceptor(Options.Create(options)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_keeps_the_host_from_starting()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => ProbeServer.StartAsync(services =>
            services.AddServerInterceptors().AddLimits(options => options.MaxCallers = 0)));

        Assert.Contains("LimitsOptions.MaxCallers", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_widest_values_are_accepted()
    {
        var widest = new LimitOptions
        {
            MaxConcurrentCalls = int.MaxValue,
            CallsPerPeriod = 10_000_000,
            Burst = int.MaxValue,
            QueueLength = int.MaxValue,
        };
        var rare = new LimitOptions { CallsPerPeriod = 1, Period = TimeSpan.FromDays(1), Burst = int.MaxValue };
        var options =
            new LimitsOptions { Server = widest, EachMethod = rare, MaxCallers = int.MaxValue, RetryPushback = TimeSpan.FromDays(1) };

        Assert.NotNull(new LimitsInterceptor(Options.Create(options)));
    }

    [Fact]
    public async Task Everything_that_is_data_can_come_from_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Limits:Server:MaxConcurrentCalls"] = "1000",
            ["Limits:Server:QueueLength"] = "10",
            ["Limits:EachMethod:CallsPerPeriod"] = "50",
            ["Limits:EachMethod:Period"] = "00:00:10",
            ["Limits:EachMethod:Burst"] = "5",
            ["Limits:EachCaller:MaxConcurrentCalls"] = "3",
            ["Limits:Methods:pkg.Users/Get:MaxConcurrentCalls"] = "7",
            ["Limits:MaxCallers"] = "20",
            ["Limits:RetryPushback"] = "00:00:02",
            ["Limits:Exempt:0"] = "pkg.Cheap",
            ["Limits:ExemptHealthAndReflection"] = "false",
        }).Build();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.Configure<LimitsOptions>(configuration.GetSection("Limits"));
            services.AddServerInterceptors().AddLimits(options => options.CallerKey = CallerKeys.PeerAddress);
        });

        var options = server.Services.GetRequiredService<IOptions<LimitsOptions>>().Value;

        Assert.Equal((1000, 10), (options.Server!.MaxConcurrentCalls, options.Server.QueueLength));
        Assert.Equal(
            (50, TimeSpan.FromSeconds(10), 5), (options.EachMethod!.CallsPerPeriod, options.EachMethod.Period, options.EachMethod.Burst));
        Assert.Equal((3, 7), (options.EachCaller!.MaxConcurrentCalls, options.Methods["pkg.Users/Get"].MaxConcurrentCalls));
        Assert.Equal((20, TimeSpan.FromSeconds(2), false), (options.MaxCallers, options.RetryPushback, options.ExemptHealthAndReflection));
        Assert.Equal(["pkg.Cheap"], options.Exempt);
        await server.Client().UnaryAsync(new ProbeRequest());
    }
}
