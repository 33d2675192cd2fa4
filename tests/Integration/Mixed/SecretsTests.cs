using System.Security.Claims;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Interceptors.Client;
using Interceptors.Server;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests;

/// <summary>
/// What callers and handlers hold secret, planted in calls of all kinds with all ends, is to be read neither in a log at any level, nor in
/// what the server sends around the messages, nor in what the client throws.
/// </summary>
public sealed class SecretsTests
{
    private const string Good = "planted-good-token";
    private const string Wrong = "planted-wrong-token";

    /// <summary>The verifier breaks down over it, naming it.</summary>
    private const string Breaking = "planted-breaking-token";

    private static readonly string[] OfCallers = [Good, Wrong, Breaking, MixedCall.Marker];

    [Theory]
    [InlineData("static")]
    [InlineData("delegate")]
    public async Task No_secret_is_shown_by_either_side(string verifier)
    {
        var calls = MixedPlan.EachOnce();
        using var clientLogs = new LogCapture();
        await using var server = await GuardedServer.StartAsync(guard => Authenticate(guard, verifier));
        server.Observer.OnCall = MixedStage.Of(calls);

        await RunAsync(server, clientLogs, Good, calls);
        var refused = calls.Where(call => call.End == MixedEnd.Success).ToList();
        var shown = calls.Where(call => call.Error is not null).Select(call => $"{call.Error}").ToList();
        foreach (var token in new[] { Wrong, Breaking })
        {
            await RunAsync(server, clientLogs, token, refused);
            Assert.All(
                refused, call => Assert.Contains(call.Seen, new StatusCode?[] { StatusCode.Unauthenticated, StatusCode.Unavailable }));
            shown.AddRange(refused.Select(call => $"{call.Error}"));
        }
        await Eventually.True(() => server.Running == 0, "all calls end");

        Assert.All(shown, text => HoldsNone(text, [.. OfCallers, ProbeService.Secret]));
        Assert.All(server.Responses, text => HoldsNone(text, [.. OfCallers, ProbeService.Secret]));
        Assert.Contains(server.Responses, text => text.StartsWith("grpc-message", StringComparison.OrdinalIgnoreCase));
        LogLine[] lines = [.. clientLogs.Lines, .. server.Logs.Lines];
        Assert.All(lines, line => HoldsNone($"{Text(line)} {line.Exception}", OfCallers));
        Assert.All(lines, line => HoldsNone(IsOfRecovery(line) ? Text(line) : $"{Text(line)} {line.Exception}", [ProbeService.Secret]));
        Assert.Contains(lines, line => IsOfRecovery(line) && $"{line.Exception}".Contains(ProbeService.Secret, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Event.Name == "TokenRefused");
        Assert.Equal(verifier == "delegate", lines.Any(line => line.Event.Name == "TokenVerificationFailing"));
    }

    private static void Authenticate(ServerInterceptorsBuilder guard, string verifier)
    {
        if (verifier == "static")
        {
            guard.AddStaticTokenAuthentication(static tokens => tokens.Tokens.Add(new StaticToken { Name = "alice", Token = Good }));
            return;
        }
        guard.AddTokenAuthentication(TokenVerifiers.Delegate(static (token, _, _) => token switch
        {
            Good => new(TokenVerification.Accept(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "alice")], "test")))),
            Breaking => throw new InvalidOperationException($"can't verify {token}"),
            _ => new(TokenVerification.Refuse($"{token} is unknown")),
        }));
    }

    private static async Task RunAsync(GuardedServer server, LogCapture logs, string token, IEnumerable<MixedCall> calls)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        services.AddNamedClient("mixed", "https://localhost").AddStandardInterceptors().AddFallbackToken(TokenSources.Static(token));
        await using var provider = services.BuildServiceProvider();
        var interceptor = ClientInterceptorsOf.Client(provider, "mixed");
        var factory = provider.GetRequiredService<ILoggerFactory>();
        using var shared = server.Open(factory);
        using var own = server.Open(factory);
        using var nobody = GrpcChannel.ForAddress("https://127.0.0.1:1", new GrpcChannelOptions { LoggerFactory = factory });
        var caller = new MixedCaller(shared.Intercept(interceptor), own.Intercept(interceptor), nobody.Intercept(interceptor));
        foreach (var call in calls)
            await caller.RunAsync(call);
        GC.KeepAlive(caller);
    }

    private static bool IsOfRecovery(LogLine line) => line.Category == typeof(RecoveryInterceptor).FullName;

    private static string Text(LogLine line) =>
        $"{line.Message} {string.Join(' ', line.Fields.Values)} {string.Join(' ', line.Scope.Values)}";

    private static void HoldsNone(string text, string[] secrets) =>
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
}
