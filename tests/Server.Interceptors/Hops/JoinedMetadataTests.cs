using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

/// <summary>Whatever comes in, what joins never breaks the calls of the handler.</summary>
public sealed class JoinedMetadataTests
{
    [Theory]
    [InlineData("x-md-global-user", "Zo\u00eb")]
    [InlineData("x-md-global-user", "a\u0001b")]
    [InlineData("x-md-global-user", "tab\there")]
    [InlineData("x-md-global-user", "del\u007f")]
    [Trait("case", "interceptors 5")]
    public async Task Text_that_a_header_can_not_carry_is_left_out(string key, string value)
    {
        await using var chain = await HopChain.StartAsync(3);
        Metadata? received = null;
        chain.Last.Observer.OnCall = context =>
        {
            received = context.RequestHeaders;
            return Task.CompletedTask;
        };

        var call = await WireCall.SendAsync(chain.First, "Unary", [new ProbeRequest()], (key, value), ("x-md-global-tenant", "t"));

        Assert.Equal("0", call["grpc-status"]);
        Assert.Equal("t", received!.GetValue("x-md-global-tenant"));
        Assert.Null(received!.GetValue(key));
    }

    [Theory]
    [InlineData("AQI=,AwQ=")]
    [InlineData("AQI, AwQ")]
    [InlineData("AQI=,AwQ=,AQ==")]
    [Trait("case", "interceptors 43")]
    public async Task One_value_of_a_binary_key_crosses(string values)
    {
        var succeeded = 0;
        await using var chain = await HopChain.StartAsync(2, calls: async (client, _) =>
        {
            await client.UnaryAsync(new ProbeRequest());
            succeeded++;
        });
        Metadata? received = null;
        chain.Last.Observer.OnCall = context =>
        {
            received = context.RequestHeaders;
            return Task.CompletedTask;
        };

        // The first handler reads the headers by itself, which gRPC's server can't decode; so its own status says nothing.
        await WireCall.SendAsync(chain.First, "Unary", [new ProbeRequest()], ("x-md-global-raw-bin", values));

        Assert.Equal(1, succeeded);
        Assert.Equal([1, 2], Assert.Single(received!, static entry => entry.Key == "x-md-global-raw-bin").ValueBytes);
    }
}
