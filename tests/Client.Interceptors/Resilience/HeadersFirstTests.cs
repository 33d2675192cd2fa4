using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

/// <summary>Headers that come before the response (gRFC A6).</summary>
public sealed class HeadersFirstTests : ResilienceFixture
{
    [Fact]
    [Trait("case", "interceptors 16")]
    public async Task Headers_are_there_before_the_response()
    {
        var answer = new TaskCompletionSource();
        OnArrival(async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([new Metadata.Entry("x-early", "yes")]);
            await answer.Task;
        });
        using var call = Client(Retrying()).UnaryAsync(new ProbeRequest());

        var headers = await call.ResponseHeadersAsync;

        Assert.Equal("yes", headers.GetValue("x-early"));
        Assert.False(call.ResponseAsync.IsCompleted);
        answer.SetResult();
        await call;
    }

    [Fact]
    [Trait("case", "interceptors 16")]
    public async Task Headers_that_were_shown_commit_the_attempt()
    {
        var fail = new TaskCompletionSource();
        OnArrival(async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            await fail.Task;
            throw Failure();
        });
        using var call = Client(Retrying()).UnaryAsync(new ProbeRequest());
        await call.ResponseHeadersAsync;

        fail.SetResult();

        Assert.Equal(StatusCode.Unavailable, await StatusAsync(call));
        Assert.Equal(1, Arrived);
    }

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    [Trait("case", "interceptors 16")]
    public async Task A_failure_without_headers_does_not(CallKind kind)
    {
        FailFirst(2);
        var client = Client(Retrying());

        if (kind == CallKind.Unary)
        {
            using var call = client.UnaryAsync(new ProbeRequest());
            await call.ResponseHeadersAsync;
            await call;
        }
        else
        {
            using var call = client.ServerStream(new ProbeRequest { Responses = 1 });
            var read = call.ResponseStream.MoveNext(default);
            await call.ResponseHeadersAsync;
            Assert.True(await read);
        }

        Assert.Equal(3, Arrived);
    }
}
