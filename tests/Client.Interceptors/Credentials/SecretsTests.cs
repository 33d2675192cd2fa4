using System.Text.Json;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client.Tests;

/// <summary>Whatever goes wrong, neither a token nor a secret is to be read anywhere.</summary>
public sealed class SecretsTests
{
    private const string Secret = "pl4nted";

    [Fact]
    public async Task Neither_logs_nor_exceptions_show_them()
    {
        using var logs = new LogCapture();
        using var factory = logs.Factory();
        var shown = new List<string>();
        await using var server = await SecureProbeServer.StartAsync();
        server.Observer.OnCall = _ => throw new RpcException(new Status(StatusCode.Unauthenticated, "no"));
        await using var plain = await ProbeServer.StartAsync();
        plain.Observer.OnCall = server.Observer.OnCall;
        await using var endpoint = await TokenEndpoint.StartAsync();
        endpoint.Answer = TokenEndpoint.Fail(400, $$"""{"error":"{{Secret}}"}""");
        using var http = new HttpClient();
        using var channel = server.Open(options => options.LoggerFactory = factory);
        ITokenSource[] sources =
        [
            TokenSources.Static(Secret),
            TokenSources.Delegate((_, _) => throw new InvalidOperationException(Secret)),
            TokenSources.Delegate((_, _) => throw new RpcException(new Status(StatusCode.Internal, Secret))),
            TokenSources.ClientCredentials(http, Options(endpoint), factory.CreateLogger("tokens")),
        ];

        foreach (var source in sources)
        {
            var interceptor = new FallbackTokenInterceptor(source, logger: factory.CreateLogger<FallbackTokenInterceptor>());
            var timing = new ClientTimingInterceptor(factory.CreateLogger<ClientTimingInterceptor>());
            foreach (var invoker in new[] { channel.Intercept(timing, interceptor), plain.Channel.Intercept(timing, interceptor) })
            {
                var client = new Probe.ProbeClient(invoker);
                shown.Add((await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new ProbeRequest()))).ToString());
                shown.Add((await Assert.ThrowsAsync<RpcException>(() => client.Duplex().ResponseStream.MoveNext(default))).ToString());
            }
            shown.Add(interceptor.ToString()!);
            shown.Add(source.ToString()!);
        }

        Assert.All(shown, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.NotEmpty(logs.Named("TokenRefused"));
        Assert.NotEmpty(logs.Named("TokenUnavailable"));
        Assert.All(logs.Lines, line => Assert.DoesNotContain(
            Secret, line.Message + line.Exception + string.Join(
                ' ', line.Fields.Values) + string.Join(' ', line.Scope.Values), StringComparison.Ordinal));
    }

    [Fact]
    public void Nor_do_tokens_and_options_when_written_out()
    {
        var token = new AccessToken(Secret, DateTimeOffset.UnixEpoch);
        var options = Options(null);

        foreach (var text in new[] { $"{token}", JsonSerializer.Serialize(token), $"{options}", JsonSerializer.Serialize(options) })
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    private static ClientCredentialsOptions Options(TokenEndpoint? endpoint) =>
        new() { TokenEndpoint = endpoint?.Address ?? new Uri("https://localhost/token"), ClientId = "client", ClientSecret = Secret };
}
