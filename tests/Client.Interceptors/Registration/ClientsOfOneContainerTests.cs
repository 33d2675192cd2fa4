using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Interceptors.Propagation;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Client.Tests;

/// <summary>What is added to a client holds for that client alone.</summary>
public sealed class ClientsOfOneContainerTests : IAsyncLifetime
{
    private static readonly bool[] Both = [true, false];

    private readonly ConcurrentQueue<string> _received = new();
    private SecureProbeServer _secure = null!;
    private ProbeServer _plain = null!;

    public static TheoryData<CallKind> Kinds { get; } = [.. Enum.GetValues<CallKind>()];

    public static TheoryData<CallKind, bool, bool> OwnCredentials { get; } =
        [.. from kind in Enum.GetValues<CallKind>() from secure in Both from official in Both
            select (kind, secure, official)];

    public async ValueTask InitializeAsync()
    {
        _secure = await SecureProbeServer.StartAsync();
        _plain = await ProbeServer.StartAsync();
        foreach (var observer in new[] { _secure.Observer, _plain.Observer })
        {
            observer.OnCall = context =>
            {
                _received.Enqueue(string.Join('|', context.RequestHeaders.GetAll("authorization").Select(entry => entry.Value)));
                return Task.CompletedTask;
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _secure.DisposeAsync();
        await _plain.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("case", "interceptors 11")]
    public async Task Two_clients_have_two_tokens_and_a_third_has_none(CallKind kind)
    {
        var collection = new ServiceCollection();
        _secure.AddClient(collection, "a").AddStandardInterceptors().AddFallbackToken(TokenSources.Static("a"));
        _plain.AddClient(collection, "b").AddFallbackToken(TokenSources.Static("b"), options => options.AllowPlainText = true);
        _secure.AddClient(collection, "third").AddStandardInterceptors();
        await using var services = collection.BuildServiceProvider();

        foreach (var name in new[] { "a", "b", "third", "a" })
            Assert.Equal(StatusCode.OK, await RunAsync(services, name, kind));

        Assert.Equal(["Bearer a", "Bearer b", "", "Bearer a"], _received);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("case", "interceptors 11")]
    public async Task Each_of_two_clients_has_its_own_target_token_and_options(CallKind kind)
    {
        var seen = new ConcurrentQueue<string>();
        _secure.Observer.OnCall = context => See("secure", context);
        _plain.Observer.OnCall = context => See("plain", context);
        var collection = new ServiceCollection();
        _secure.AddClient(collection, "a").AddFallbackToken(TokenSources.Static("a")).AddTraceMetadata(o => o.Key = "x-a")
            .AddDeadline(o => (o.Default, o.IncludeStreams) = (TimeSpan.FromMinutes(5), true));
        _plain.AddClient(collection, "b").AddFallbackToken(TokenSources.Static("b"), o => o.AllowPlainText = true)
            .AddTraceMetadata(o => o.Key = "x-b");
        await using var services = collection.BuildServiceProvider();

        foreach (var name in new[] { "a", "b", "a" })
            Assert.Equal(StatusCode.OK, await RunAsync(services, name, kind));

        Assert.Equal(["secure Bearer a x-a deadline", "plain Bearer b x-b", "secure Bearer a x-a deadline"], seen);

        Task See(string server, ServerCallContext context)
        {
            var keys = context.RequestHeaders.Select(entry => entry.Key).Where(key => key is "x-a" or "x-b" or TraceId.DefaultKey);
            seen.Enqueue(string.Join(
                ' ', [server, context.RequestHeaders.GetValue("authorization"), .. keys,
                    .. context.Deadline == DateTime.MaxValue ? Array.Empty<string>() : ["deadline"]]));
            return Task.CompletedTask;
        }
    }

    [Fact]
    [Trait("case", "interceptors 11")]
    public async Task Each_method_has_the_token_that_was_added_for_it()
    {
        await using var services = _secure.AddClient(new ServiceCollection())
            .AddFallbackToken(TokenSources.Static("all"))
            .For("interceptors.testing.Probe/Unary", unary => unary.AddFallbackToken(TokenSources.Static("unary")))
            .For("other.*", other => other.AddFallbackToken(TokenSources.Static("other")))
            .Services.BuildServiceProvider();

        Assert.Equal(StatusCode.OK, await RunAsync(services, null, CallKind.Unary));
        Assert.Equal(StatusCode.OK, await RunAsync(services, null, CallKind.Duplex));

        Assert.Equal(["Bearer unary", "Bearer all"], _received);
    }

    [Fact]
    [Trait("case", "interceptors 11")]
    public void A_second_source_for_the_same_methods_is_an_error_that_names_the_client_and_the_fix()
    {
        var client = new ServiceCollection().AddGrpcClient<Probe.ProbeClient>("user")
            .AddFallbackToken(TokenSources.Static("one"))
            .For("orders.*", orders => orders.AddFallbackToken(TokenSources.Static("one")));

        var all = Assert.Throws<InvalidOperationException>(() => client.AddFallbackToken(TokenSources.Static("two")));
        Assert.Contains("Client 'user'", all.Message, StringComparison.Ordinal);
        Assert.Contains(".For(\"orders.*\"", all.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(
            () => client.For("orders.*", orders => orders.AddFallbackToken(TokenSources.Static("two"))));
    }

    [Theory]
    [MemberData(nameof(OwnCredentials))]
    [Trait("case", "interceptors 10")]
    public async Task The_users_own_credential_wins_whoever_sets_it(CallKind kind, bool secure, bool official)
    {
        var collection = new ServiceCollection();
        var client = secure ? _secure.AddClient(collection) : _plain.AddClient(collection);
        client.AddStandardInterceptors().AddFallbackToken(TokenSources.Static("fallback"), options => options.AllowPlainText = !secure);
        if (official)
            client.AddInterceptor<OwnInterceptor>();
        else
            client.AddClientInterceptor<OwnClientInterceptor>();
        await using var services = collection.AddTransient<OwnInterceptor>().BuildServiceProvider();

        Assert.Equal(StatusCode.OK, await RunAsync(services, null, kind));

        Assert.Equal(["Bearer own"], _received);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("case", "interceptors 10")]
    public async Task So_do_call_credentials_of_the_official_factory_and_those_of_the_channel(CallKind kind)
    {
        var collection = new ServiceCollection();
        _secure.AddClient(collection, "call").AddFallbackToken(TokenSources.Static("fallback")).AddCallCredentials((_, metadata) =>
        {
            metadata.Add("authorization", "Bearer own");
            return Task.CompletedTask;
        });
        _secure.AddClient(collection, "channel").AddFallbackToken(TokenSources.Static("fallback")).ConfigureChannel(channel =>
            channel.Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("authorization", "Bearer channel");
                return Task.CompletedTask;
            })));
        await using var services = collection.BuildServiceProvider();

        Assert.Equal(StatusCode.OK, await RunAsync(services, "call", kind));
        Assert.Equal(StatusCode.OK, await RunAsync(services, "channel", kind));

        Assert.Equal(["Bearer own", "Bearer channel"], _received);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_client_in_plain_text_is_refused_before_anything_is_sent(CallKind kind)
    {
        await using var services = _plain.AddClient(new ServiceCollection()).AddFallbackToken(TokenSources.Static("fallback"))
            .Services.BuildServiceProvider();

        Assert.Equal(StatusCode.Unauthenticated, await RunAsync(services, null, kind));

        Assert.Empty(_received);
    }

    private static Task<StatusCode> RunAsync(IServiceProvider services, string? name, CallKind kind)
    {
        var client = name is null
            ? services.GetRequiredService<Probe.ProbeClient>()
            : services.GetRequiredService<GrpcClientFactory>().CreateClient<Probe.ProbeClient>(name);
        return new CallDriver(client).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
    }

    private sealed class OwnClientInterceptor : ClientInterceptor
    {
        protected override void Prepare(ref OutgoingCall call) => call.EditHeaders().Add("authorization", "Bearer own");
    }

    private sealed class OwnInterceptor : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation) => continuation(request, With(context));

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation) => continuation(request, With(context));

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(request, With(context));

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(With(context));

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(With(context));

        private static ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context)
            where TRequest : class
            where TResponse : class
        {
            var headers = new Metadata { { "authorization", "Bearer own" } };
            foreach (var entry in context.Options.Headers ?? [])
                headers.Add(entry);
            return new(context.Method, context.Host, context.Options.WithHeaders(headers));
        }
    }
}
