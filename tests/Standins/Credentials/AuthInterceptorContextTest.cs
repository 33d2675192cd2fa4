using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class AuthInterceptorContextTest
{
    [Fact]
    public void It_carries_what_it_was_given()
    {
        using var cancellation = new CancellationTokenSource();

        var context = new AuthInterceptorContext("url", "method", cancellation.Token);

        Assert.Equal(("url", "method", cancellation.Token), (context.ServiceUrl, context.MethodName, context.CancellationToken));
    }

    [Fact]
    public void It_is_never_cancelled_unless_given_a_token() =>
        Assert.False(new AuthInterceptorContext("url", "method").CancellationToken.CanBeCanceled);

    [Fact]
    public void Neither_url_nor_method_may_be_null()
    {
        Assert.Throws<ArgumentNullException>("serviceUrl", () => new AuthInterceptorContext(null!, "method"));
        Assert.Throws<ArgumentNullException>("methodName", () => new AuthInterceptorContext("url", null!));
    }
}
