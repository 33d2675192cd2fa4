using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class ClientBaseTest
{
    private readonly RecordingInvoker _invoker = new();

    public static TheoryData<string> Kinds => TestCalls.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WithHost_makes_a_client_whose_calls_carry_the_host(string kind)
    {
        TestCalls.All[kind](new TestClient(_invoker).WithHost("host").Invoker, null, default);

        Assert.Equal("host", Assert.Single(_invoker.Calls).Host);
    }

    [Fact]
    public void WithHost_leaves_the_client_itself_as_it_is()
    {
        var client = new TestClient(_invoker);

        client.WithHost("host");
        TestCalls.All["Unary"](client.Invoker, null, default);

        Assert.Null(Assert.Single(_invoker.Calls).Host);
    }

    [Fact]
    public void The_last_host_wins_even_over_that_of_a_call()
    {
        TestCalls.All["Unary"](new TestClient(_invoker).WithHost("first").WithHost("last").Invoker, "of the call", default);

        Assert.Equal("last", Assert.Single(_invoker.Calls).Host);
    }

    [Fact]
    public void WithHost_needs_a_host() =>
        Assert.Throws<ArgumentNullException>("host", () => new TestClient(_invoker).WithHost(null!));

    [Fact]
    public void Calls_keep_method_options_and_request()
    {
        var headers = new Metadata();

        TestCalls.All["Unary"](new TestClient(_invoker).Invoker, null, new CallOptions(headers));

        var call = Assert.Single(_invoker.Calls);
        Assert.Equal((TestMethods.Unary, headers, "request"), (call.Method, call.Options.Headers, call.Request));
    }

    [Fact]
    public void A_client_of_a_channel_uses_the_channel_s_invoker()
    {
        TestCalls.All["Unary"](new TestClient(new TestChannel("target", _invoker)).Invoker, null, default);

        Assert.Single(_invoker.Calls);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_client_for_mocking_throws_on_every_call(string kind) =>
        Assert.Throws<NotImplementedException>(() => TestCalls.All[kind](new TestClient().Invoker, null, default));

    [Fact]
    public void An_invoker_may_not_be_null() => Assert.Throws<ArgumentNullException>(() => new TestClient((CallInvoker)null!));

    private sealed class TestClient : ClientBase<TestClient>
    {
        public TestClient()
        {
        }

        public TestClient(ChannelBase channel)
            : base(channel)
        {
        }

        public TestClient(CallInvoker invoker)
            : base(invoker)
        {
        }

        private TestClient(ClientBaseConfiguration configuration)
            : base(configuration)
        {
        }

        public CallInvoker Invoker => CallInvoker;

        protected override TestClient NewInstance(ClientBaseConfiguration configuration) => new(configuration);
    }
}
