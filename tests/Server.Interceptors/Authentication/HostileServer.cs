using System.Security.Cryptography;
using System.Text;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>A server for all rows of a battery, which must outlive each and tell no secret.</summary>
public abstract class HostileServer : IAsyncLifetime
{
    private readonly RawCaller _caller = new();
    private ProbeServer _server = null!;
    private int _handled;

    /// <summary>The token that the server takes.</summary>
    protected abstract string GoodToken { get; }

    /// <summary>What must show up nowhere.</summary>
    protected abstract IEnumerable<string> Secrets { get; }

    public async ValueTask InitializeAsync()
    {
        _server = await ProbeServer.StartAsync(
            services => services.AddServerInterceptors().AddStandard().AddTokenAuthentication(Verifier()));
        _server.Observer.OnCall = _ =>
        {
            Interlocked.Increment(ref _handled);
            return Task.CompletedTask;
        };
    }

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends the values; the handler must be reached only with a gRPC status of 0.</summary>
    internal async Task AssertAnsweredAsync(string? expectedStatus, params string[] values)
    {
        var before = Volatile.Read(ref _handled);
        var answer = await _caller.CallAsync(_server.Address, values);
        Assert.Equal(expectedStatus, answer.Grpc);
        Assert.Equal(expectedStatus == "0" ? before + 1 : before, Volatile.Read(ref _handled));

        await _server.PassesAsync(Tokens.Bearer(GoodToken));

        string[] secrets = [.. Secrets, GoodToken, .. values.SelectMany(static value => value.Split(' ', ',', '.'))
            .Where(static part => part.Length >= 12)];
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, answer.Metadata, StringComparison.Ordinal);
            Assert.DoesNotContain(_server.Logs.Lines, line =>
                $"{line.Message} {line.Exception} {string.Join(' ', line.Fields.Values)}".Contains(secret, StringComparison.Ordinal));
        }
    }

    protected abstract ITokenVerifier Verifier();

    public sealed class OfStaticTokens : HostileServer
    {
        protected override string GoodToken => "a-good-token-for-the-battery";

        protected override IEnumerable<string> Secrets => [Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(GoodToken)))];

        protected override ITokenVerifier Verifier() => TokenVerifiers.Static([Tokens.Of("alice", GoodToken)]);
    }

    public sealed class OfJwts : HostileServer
    {
        private readonly Lazy<string> _token;

        public OfJwts() => _token = new(() => Issuer.Issue());

        internal TokenIssuer Issuer { get; } = new();

        protected override string GoodToken => _token.Value;

        protected override IEnumerable<string> Secrets =>
            [.. GoodToken.Split('.'), Convert.ToBase64String(Issuer.PublicKey.Parameters.Modulus!)];

        protected override ITokenVerifier Verifier() => TokenVerifiers.Jwt(Issuer.Options());
    }
}
