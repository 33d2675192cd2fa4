using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Standins.Tests;

public sealed class InterceptTest
{
    private readonly RecordingInvoker _invoker = new();
    private readonly List<string> _passed = [];

    public static TheoryData<string> Kinds => TestCalls.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_first_of_several_interceptors_is_the_outermost(string kind)
    {
        TestCalls.All[kind](_invoker.Intercept(Named("a"), Named("b"), Named("c")), null, default);

        Assert.Equal(["a", "b", "c"], _passed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_interceptor_added_later_is_further_out(string kind)
    {
        TestCalls.All[kind](_invoker.Intercept(Named("a")).Intercept(Named("b")), null, default);

        Assert.Equal(["b", "a"], _passed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_interceptor_that_overrides_nothing_lets_the_call_pass_unchanged(string kind)
    {
        var options = new CallOptions(headers: [], deadline: DateTime.UnixEpoch);
        TestCalls.All[kind](_invoker, "host", options);

        TestCalls.All[kind](_invoker.Intercept(new Transparent()), "host", options);

        Assert.Equal(_invoker.Calls[0], _invoker.Calls[1]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_function_gets_new_headers_where_the_call_has_none(string kind)
    {
        TestCalls.All[kind](_invoker.Intercept(headers => [new("count", $"{headers.Count}")]), "host", default);

        var call = Assert.Single(_invoker.Calls);
        Assert.Equal(("0", "host"), (call.Options.Headers?.GetValue("count"), call.Host));
    }

    [Fact]
    public void A_function_gets_the_headers_of_the_call_themselves()
    {
        var given = new Metadata();
        Metadata? seen = null;

        TestCalls.All["Unary"](_invoker.Intercept(headers => seen = headers), null, new CallOptions(given));

        Assert.Same(given, seen);
    }

    [Fact]
    public void No_interceptors_leave_the_invoker_as_it_is() =>
        Assert.Same(_invoker, _invoker.Intercept(Array.Empty<Interceptor>()));

    [Fact]
    public void A_channel_s_invoker_can_be_intercepted_in_the_same_ways()
    {
        var channel = new TestChannel("target", _invoker);

        TestCalls.All["Unary"](channel.Intercept(Named("a")), null, default);
        TestCalls.All["Unary"](channel.Intercept(Named("b"), Named("c")), null, default);
        TestCalls.All["Unary"](channel.Intercept(headers => headers), null, default);

        Assert.Equal(["a", "b", "c"], _passed);
        Assert.NotNull(_invoker.Calls[2].Options.Headers);
    }

    [Fact]
    public void Neither_invoker_nor_interceptor_may_be_null()
    {
        CallInvoker absent = null!;

        Assert.Throws<ArgumentNullException>("invoker", () => absent.Intercept(Named("a")));
        Assert.Throws<ArgumentNullException>("invoker", () => absent.Intercept(Array.Empty<Interceptor>()));
        Assert.Throws<ArgumentNullException>("interceptor", () => _invoker.Intercept((Interceptor)null!));
        Assert.Throws<ArgumentNullException>("interceptor", () => _invoker.Intercept(Named("a"), null!));
        Assert.Throws<ArgumentNullException>("interceptors", () => _invoker.Intercept((Interceptor[])null!));
        Assert.Throws<ArgumentNullException>("interceptor", () => _invoker.Intercept((Func<Metadata, Metadata>)null!));
    }

    private TracingInterceptor Named(string name) => new(name, _passed);

    private sealed class Transparent : Interceptor;
}
