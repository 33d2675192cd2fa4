using Interceptors.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Client.Tests;

public sealed class CompressionRegistrationTests
{
    [Fact]
    public async Task It_is_added_to_the_client_with_its_options()
    {
        var wire = new RequestFrames();
        await using var server = await ProbeServer.StartAsync(services => services.AddSingleton<IStartupFilter>(wire));
        await using var services = server.AddClient(new ServiceCollection())
            .AddCompression().AddCompression(options => options.MinimumSize = 5000).Services.BuildServiceProvider();
        var client = services.GetRequiredService<Probe.ProbeClient>();

        await client.UnaryAsync(Sized.Request(4999));
        await client.UnaryAsync(Sized.Request(5000));

        Assert.Equal([false, true], wire.All.Select(frame => frame.IsCompressed));
    }

    [Fact]
    public async Task Wrong_options_are_refused_at_start_by_name_and_with_the_fix()
    {
        var collection = new ServiceCollection();
        collection.AddGrpcClient<Probe.ProbeClient>().AddCompression(options =>
        {
            options.MinimumSize = -1;
            options.Methods.Add("no method!");
            options.ExcludedMethods.Add("a/b/c");
        });
        await using var services = collection.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("ClientCompressionOptions.MinimumSize is -1. Give 0 or more bytes.", error.Message, StringComparison.Ordinal);
        Assert.Contains("ClientCompressionOptions.Methods: 'no method!'", error.Message, StringComparison.Ordinal);
        Assert.Contains("ClientCompressionOptions.ExcludedMethods: 'a/b/c'", error.Message, StringComparison.Ordinal);
        Assert.Contains("pkg.Service/Method", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_constructor_refuses_them_too()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new ClientCompressionInterceptor(Options.Create(new ClientCompressionOptions { MinimumSize = -5 })));

        Assert.Contains("ClientCompressionOptions.MinimumSize is -5", error.Message, StringComparison.Ordinal);
    }
}
