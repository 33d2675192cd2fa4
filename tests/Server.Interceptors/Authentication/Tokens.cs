using System.Security.Claims;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

/// <summary>What the tests of token authentication share.</summary>
internal static class Tokens
{
    public const string Good = "good-token-4711";

    public static StaticToken Of(string name, string token) => new() { Name = name, Token = token };

    /// <summary>A verifier of one's own that takes <see cref="Good"/>, after doing something else.</summary>
    public static ITokenVerifier Verifier(Func<CancellationToken, Task>? before = null) =>
        TokenVerifiers.Delegate(async (token, _, cancellationToken) =>
    {
        if (before is not null)
            await before(cancellationToken);
        return token == Good ? TokenVerification.Accept(User("alice")) : TokenVerification.Refuse("unknown");
    });

    public static ClaimsPrincipal User(string name) => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test"));

    public static Metadata Bearer(string token) => new() { { "authorization", "Bearer " + token } };

    /// <summary>A client whose every call carries a token.</summary>
    public static Probe.ProbeClient ClientWith(this ProbeServer server, string token) =>
        server.Client(channel => channel.Intercept(metadata =>
    {
        metadata.Add("authorization", "Bearer " + token);
        return metadata;
    }));

    public static async Task<RpcException> RefusedAsync(this ProbeServer server, Metadata? metadata = null) =>
        await Assert.ThrowsAsync<RpcException>(async () => await server.Client().UnaryAsync(new ProbeRequest(), metadata));

    public static async Task PassesAsync(this ProbeServer server, Metadata? metadata = null) =>
        await server.Client().UnaryAsync(new ProbeRequest(), metadata);
}
