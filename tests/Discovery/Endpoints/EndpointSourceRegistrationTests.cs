using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>Discovery with a registry that the kit does not know.</summary>
public sealed class EndpointSourceRegistrationTests
{
    private readonly ScriptedSource _source = new();

    [Fact]
    public async Task An_injected_client_follows_it()
    {
        await using var first = await Backend.StartAsync();
        await using var second = await Backend.StartAsync();
        await using var services = new ServiceCollection()
            .AddEndpointSource("Consul", _ => _source)
            .AddDiscoveryClient<Probe.ProbeClient>("consul:///user").Services
            .BuildServiceProvider();
        var client = services.GetRequiredService<Probe.ProbeClient>();
        _source.Publish(first.Address);
        await client.UnaryAsync(new ProbeRequest());
        Assert.Equal(1, first.Calls);

        _source.Publish(second.Address);
        while (second.Calls == 0)
            await client.UnaryAsync(new ProbeRequest());
    }

    [Fact]
    public async Task A_factory_without_a_container_follows_it()
    {
        await using var backend = await Backend.StartAsync();
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseEndpointSource("consul", _source));
        _source.Publish(backend.Address);

        await factory.CreateClient<Probe.ProbeClient>("consul:///team/user").UnaryAsync(new ProbeRequest());
        Assert.Equal(1, backend.Calls);
    }

    [Fact]
    public async Task A_channel_that_grpc_makes_itself_follows_it()
    {
        await using var backend = await Backend.StartAsync();
        await using var services = new ServiceCollection().AddEndpointSource("consul", _ => _source).BuildServiceProvider();
        using var handler = services.GetRequiredService<DiscoveryChannelFactory>().CreateHandler("consul:///user");
        using var channel = GrpcChannel.ForAddress("http://user", new GrpcChannelOptions { HttpHandler = handler });
        _source.Publish(backend.Address);

        await new Probe.ProbeClient(channel).UnaryAsync(new ProbeRequest());
        Assert.Equal(1, backend.Calls);
    }

    [Fact]
    public async Task The_policy_of_the_options_holds_for_it()
    {
        await using var backend = await Backend.StartAsync();
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseEndpointSource("consul", _source));
        var client = factory.CreateClient<Probe.ProbeClient>("consul:///user");
        _source.PublishStale("the agent is away");
        var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new ProbeRequest()).ResponseAsync);
        Assert.Equal("No endpoint of service 'user' is known: the agent is away", error.Status.Detail);

        _source.Publish(backend.Address);
        await client.UnaryAsync(new ProbeRequest(), new CallOptions().WithWaitForReady());
        _source.Publish();
        await client.UnaryAsync(new ProbeRequest());
        Assert.Equal(2, backend.Calls);
    }

    [Fact]
    public async Task It_is_made_once_and_disposed_with_the_container()
    {
        var source = new DisposableSource();
        var made = 0;
        await using (var services = new ServiceCollection().AddEndpointSource("consul", Make).BuildServiceProvider())
        {
            var factory = services.GetRequiredService<DiscoveryChannelFactory>();
            Assert.Equal(0, made);
            foreach (var service in new[] { "user", "order" })
            {
                var client = factory.CreateClient<Probe.ProbeClient>($"consul:///{service}");
                await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new ProbeRequest()).ResponseAsync);
            }
        }

        Assert.Equal(1, made);
        Assert.True(source.IsDisposed);

        IEndpointSource Make(IServiceProvider provider)
        {
            made++;
            return source;
        }
    }

    [Theory]
    [InlineData("consul:///", "it names no endpoint")]
    [InlineData("consul://host/user", "a consul target has no authority, so it starts with consul:///")]
    [InlineData("consul:///a b", "it holds the character ' '")]
    [InlineData("consul:///a,b", "'a,b' is not a service name")]
    [InlineData("konsul:///user", "the scheme 'konsul' is not known")]
    public async Task Its_targets_are_as_strict_as_all(string target, string reason)
    {
        await using var factory = DiscoveryChannelFactory.Create(o => o.UseEndpointSource("consul", _source));

        var error = Assert.Throws<ArgumentException>(nameof(target), () => factory.CreateChannel(target));
        Assert.StartsWith($"'{target}' is not a target: {reason}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "'' is not a scheme")]
    [InlineData("1consul", "'1consul' is not a scheme")]
    [InlineData("con_sul", "'con_sul' is not a scheme")]
    [InlineData("consul://", "'consul://' is not a scheme")]
    [InlineData("etcd", "The scheme 'etcd' has a meaning already")]
    [InlineData("DNS", "The scheme 'dns' has a meaning already")]
    [InlineData("https", "The scheme 'https' has a meaning already")]
    [InlineData("nacos", "The scheme 'nacos' has a meaning already")]
    public void Any_other_scheme_is_refused(string scheme, string reason)
    {
        var services = new ServiceCollection().AddEndpointSource("nacos", _ => _source);

        var error = Assert.Throws<ArgumentException>(nameof(scheme), () => services.AddEndpointSource(scheme, _ => _source));
        Assert.StartsWith(reason, error.Message, StringComparison.Ordinal);
    }

    private sealed class DisposableSource : IEndpointSource, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(
            string service, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return EndpointSnapshot.Create(service, []);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public void Dispose() => IsDisposed = true;
    }
}
