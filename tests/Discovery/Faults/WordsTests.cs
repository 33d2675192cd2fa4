using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>What is said of common mistakes: each text names the option that mends it.</summary>
[Trait("case", "discovery 20")]
public sealed class WordsTests : IDisposable
{
    private readonly EtcdCertificates _certificates = new();
    private readonly LogCapture _logs = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_plain_channel_to_a_server_with_TLS()
    {
        await using var server = await ChannelServer.StartAsync(_certificates);

        Assert.EndsWith(
            ". If it has TLS, set DiscoveryChannelOptions.Tls.Enabled.", await FailureAsync(server, _ => { }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_with_TLS_to_a_plain_server()
    {
        await using var server = await ChannelServer.StartAsync();

        Assert.EndsWith(
            ". If it has no TLS, don't set DiscoveryChannelOptions.Tls.", await FailureAsync(server, o => o.Tls.Enabled = true),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_a_certificate_to_a_server_that_asks_for_one()
    {
        await using var server = await ChannelServer.StartAsync(_certificates, ClientCertificateMode.RequireCertificate);

        Assert.EndsWith(
            ". If it asks clients for a certificate, give DiscoveryChannelOptions.Tls.CertificateFile and KeyFile.",
            await FailureAsync(server, o => o.Tls.CaFile = _certificates.CaFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_with_a_certificate_that_the_server_refuses()
    {
        using var others = new EtcdCertificates();
        await using var server = await ChannelServer.StartAsync(_certificates, ClientCertificateMode.RequireCertificate);

        Assert.EndsWith(
            ". If it refuses this client's certificate, give another DiscoveryChannelOptions.Tls.CertificateFile.",
            await FailureAsync(server, o => (o.Tls.CaFile, o.Tls.CertificateFile, o.Tls.KeyFile) =
                (_certificates.CaFile, others.ClientCertificateFile, others.ClientKeyFile)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_certificate_is_not_trusted_or_for_another_name()
    {
        using var others = new EtcdCertificates();
        await using var server = await ChannelServer.StartAsync(_certificates);

        var untrusted = await FailureAsync(server, o => o.Tls.CaFile = others.CaFile);
        Assert.Contains("is not trusted by the authorities in " + others.CaFile, untrusted, StringComparison.Ordinal);
        Assert.EndsWith("Give its authority's file as DiscoveryChannelOptions.Tls.CaFile.", untrusted, StringComparison.Ordinal);
        var named = await FailureAsync(server, o => (o.Tls.CaFile, o.Resolution.Authority) = (_certificates.CaFile, "other.test"));
        Assert.Contains(
            "is not for the name other.test. Give another DiscoveryChannelOptions.Resolution.Authority", named, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_etcd_with_users()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await etcd.EnableAuthAsync("bob", "correct-horse", "/svc/");

        Assert.EndsWith(
            "etcdserver: user name is empty. It asks for a user: give EtcdOptions.Username and Password.",
            await EtcdFailureAsync(etcd.Options()), StringComparison.Ordinal);
        Assert.EndsWith(
            ". Give another EtcdOptions.Username or Password.",
            await EtcdFailureAsync(etcd.Options(o => (o.Username, o.Password) = ("bob", "wrong"))), StringComparison.Ordinal);
        Assert.EndsWith(
            ". Give EtcdOptions.Username a role with the permission for EtcdOptions.Prefix, in etcd.",
            await EtcdFailureAsync(etcd.Options(o => (o.Username, o.Password) = ("bob", "correct-horse"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_etcd_with_TLS()
    {
        await using var etcd = EtcdProcess.CreateSecure(_certificates, mutual: true);
        await etcd.StartAsync();
        await using var plain = await EtcdProcess.StartNewAsync();

        await AssertAsync(
            ". If it has TLS, give https:// in EtcdOptions.Endpoints.",
            o => o.Endpoints[0] = etcd.Endpoint.Replace("https", "http", StringComparison.Ordinal));
        await AssertAsync(
            ". If it asks clients for a certificate, give EtcdOptions.Tls.CertificateFile and KeyFile.",
            o => o.Tls.CaFile = _certificates.CaFile);
        await AssertAsync(
            ". Give its authority's file as EtcdOptions.Tls.CaFile, and the name or address that its certificate has.", _ => { });
        await AssertAsync(
            ". If it has no TLS, give http:// in EtcdOptions.Endpoints.",
            o => o.Endpoints[0] = plain.Endpoint.Replace("http", "https", StringComparison.Ordinal));

        async Task AssertAsync(string end, Action<EtcdOptions> configure) =>
            Assert.EndsWith(end, await EtcdFailureAsync(etcd.Options(configure)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_without_endpoints_is_a_warning_and_counts_are_words()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await using var factory = DiscoveryChannelFactory.Create(o => o
            .UseEtcd(etcd.Endpoint, e => e.Prefix = options.Prefix).UseLoggerFactory(_logs.Factory())
            .ConfigureChannels(c => c.WaitForReady = true));
        await using var server = await ChannelServer.StartAsync();
        var client = factory.CreateClient<Probe.ProbeClient>("etcd:///user");
        var call = client.UnaryAsync(new ProbeRequest());
        await Eventually.True(() => _logs.Named("NoEndpoint").Count > 0, "the empty list is told");
        await etcd.CtlAsync("put", options.Prefix + "user/1", server.Address);
        await call;
        await etcd.RestartAsync();
        await Eventually.True(() => _logs.Named("ServiceRecovered").Count > 0, "etcd is back");

        Assert.Equal(
            (LogLevel.Warning, "A channel to service user has no endpoint: No endpoint of service 'user' is registered."),
            (_logs.Named("NoEndpoint")[0].Level, _logs.Named("NoEndpoint")[0].Message));
        Assert.Equal(
            $"Service user is followed in etcd; it has 0 endpoints under {options.Prefix}user/", _logs.Named("ServiceFollowed")[0].Message);
        Assert.EndsWith("; it has 1 endpoint", _logs.Named("ServiceRecovered")[0].Message, StringComparison.Ordinal);
        Assert.Contains("its last known endpoints stay in use", _logs.Named("ServiceLost")[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_etcd_that_is_away_from_the_start_leaves_no_endpoints_in_use()
    {
        var etcd = EtcdProcess.Create();
        await using var source = new EtcdEndpointSource(etcd.Options(), _logs.Factory());
        await using var watching = new Watching(source, "user");
        await watching.UntilAsync(s => s.IsStale);

        Assert.StartsWith(
            "Service user can't be followed, and none of its endpoints is known yet: etcd Range",
            Assert.Single(_logs.Named("ServiceLost")).Message, StringComparison.Ordinal);
        await etcd.DisposeAsync();
    }

    [Fact]
    [Trait("case", "security 7")]
    public async Task What_stands_in_etcd_forges_no_line()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options();
        await etcd.CtlAsync("put", options.Prefix + "user/a\nb\u001b[31m", "no\u001b[31m address\n2");
        await using var source = new EtcdEndpointSource(options, _logs.Factory());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync();

        Assert.NotEmpty(_logs.Named("ValueSkipped"));
        Assert.All(_logs.Lines, line => Assert.DoesNotContain(line.Message, char.IsControl));
    }

    private static async Task<string> FailureAsync(ChannelServer server, Action<DiscoveryChannelOptions> configure)
    {
        await using var factory = DiscoveryChannelFactory.Create();
        var client = factory.CreateClient<Probe.ProbeClient>($"static:///{server.Address}", configure);
        return (await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new ProbeRequest()).ResponseAsync)).Status.Detail;
    }

    private static async Task<string> EtcdFailureAsync(EtcdOptions options)
    {
        using var client = new EtcdClient(options);
        return (await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/x", CancellationToken.None))).Message;
    }
}
