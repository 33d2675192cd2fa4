using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Interceptors.Discovery.Tests;

/// <summary>The server's certificate is for 127.0.0.1, from an authority of the test's own.</summary>
public sealed class ChannelTlsTests : IDisposable
{
    private readonly EtcdCertificates _certificates = new();
    private readonly LogCapture _logs = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task An_authority_from_a_file_is_trusted()
    {
        await using var server = await ChannelServer.StartAsync(_certificates);

        Assert.Null(await FailureAsync(server.Address, o => o.Tls.CaFile = _certificates.CaFile));
    }

    [Fact]
    public async Task Another_authority_is_not_trusted_and_the_log_says_why()
    {
        using var others = new EtcdCertificates();
        await using var server = await ChannelServer.StartAsync(_certificates);

        var error = await FailureAsync(server.Address, o => o.Tls.CaFile = others.CaFile);
        Assert.Contains("certificate", error!.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(others.CaFile, _logs.Lines.First(l => l.Event.Id == 3400).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_file_the_systems_authorities_are_trusted_and_no_others(bool byCredentials)
    {
        await using var server = await ChannelServer.StartAsync(_certificates);

        var error = await FailureAsync(server.Address, o =>
        {
            o.Tls.Enabled = !byCredentials;
            o.Credentials = byCredentials ? ChannelCredentials.SecureSsl : null;
        });
        Assert.Contains("certificate", error!.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_certificate_must_name_the_endpoint_or_the_authority_that_is_set()
    {
        await using var server = await ChannelServer.StartAsync(_certificates);

        Assert.Null(await CallAsync("etcd.test"));
        Assert.Contains("certificate", (await CallAsync("other.test"))!.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("other.test", _logs.Lines.First(l => l.Event.Id == 3401).Message, StringComparison.Ordinal);

        Task<RpcException?> CallAsync(string authority) => FailureAsync($"static:///{server.Address}", o =>
            (o.Tls.CaFile, o.Resolution.Authority) = (_certificates.CaFile, authority));
    }

    [Fact]
    public async Task A_server_without_tls_is_not_called_in_plain_text_by_a_channel_with_it()
    {
        await using var server = await ChannelServer.StartAsync();

        Assert.NotNull(await FailureAsync(server.Address, o => o.Tls.CaFile = _certificates.CaFile));
        Assert.Equal(0, server.Calls);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_certificate_is_shown_the_one_from_the_files_and_refuses_all_else()
    {
        using var others = new EtcdCertificates();
        await using var server = await ChannelServer.StartAsync(_certificates, ClientCertificateMode.RequireCertificate);

        Assert.Null(await FailureAsync(server.Address, o => Show(o, _certificates)));
        Assert.Equal("CN=client", server.Client!.Subject);
        var missing = await FailureAsync(server.Address, o => o.Tls.CaFile = _certificates.CaFile);
        var wrong = await FailureAsync(server.Address, o => Show(o, others));
        Assert.All([missing, wrong], error => Assert.Contains(error!.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal }));
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Renewed_files_are_used_for_the_next_connection_of_the_same_channel()
    {
        await using var server = await ChannelServer.StartAsync(_certificates, ClientCertificateMode.RequireCertificate);
        await using var wire = new Wire(server.Url);
        await using var factory = Factory();
        var client = factory.CreateClient<Probe.ProbeClient>($"127.0.0.1:{wire.Port}", o => Show(o, _certificates));
        await client.UnaryAsync(new ProbeRequest());
        var before = server.Client!.SerialNumber;

        _certificates.RenewClient();
        wire.Cut();
        wire.Mend();
        await Eventually.True(() => Answers(client), "the channel connects again");
        Assert.NotEqual(before, server.Client!.SerialNumber);
    }

    [Fact]
    public async Task Intermediates_in_the_certificate_file_are_shown_too()
    {
        using var chain = new ClientChain();
        await using var server = await ChannelServer.StartAsync(
            _certificates, ClientCertificateMode.RequireCertificate, authorityFile: chain.CaFile);

        Assert.Null(await FailureAsync(server.Address, o =>
            (o.Tls.CaFile, o.Tls.CertificateFile, o.Tls.KeyFile) = (_certificates.CaFile, chain.CertificateFile, chain.KeyFile)));
        Assert.Equal("CN=leaf", server.Client!.Subject);
    }

    [Fact]
    [Trait("case", "interceptors 33")]
    public async Task A_renewed_leaf_under_another_intermediate_is_shown_on_the_next_connection()
    {
        using var chain = new ClientChain();
        await using var server = await ChannelServer.StartAsync(
            _certificates, ClientCertificateMode.RequireCertificate, authorityFile: chain.CaFile);
        await using var wire = new Wire(server.Url);
        await using var factory = Factory();
        var client = factory.CreateClient<Probe.ProbeClient>($"127.0.0.1:{wire.Port}", o =>
            (o.Tls.CaFile, o.Tls.CertificateFile, o.Tls.KeyFile) = (_certificates.CaFile, chain.CertificateFile, chain.KeyFile));
        await client.UnaryAsync(new ProbeRequest());
        var (serial, issuer) = (server.Client!.SerialNumber, server.Client.Issuer);

        chain.Renew();
        wire.Cut();
        wire.Mend();
        await Eventually.True(() => Answers(client), "the channel connects again");

        Assert.NotEqual(serial, server.Client!.SerialNumber);
        Assert.NotEqual(issuer, server.Client!.Issuer);
        Assert.Single(_logs.Named("CertificatesRenewed"));
    }

    [Fact]
    public async Task Call_credentials_go_with_tls_from_files()
    {
        await using var server = await ChannelServer.StartAsync(_certificates);
        await using var factory = Factory();
        var token = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", "Bearer it");
            return Task.CompletedTask;
        });
        var client = factory.CreateClient<Probe.ProbeClient>(server.Address, o =>
            (o.Tls.CaFile, o.Credentials) = (_certificates.CaFile, ChannelCredentials.Create(ChannelCredentials.SecureSsl, token)));

        var response = await client.UnaryAsync(new ProbeRequest());
        Assert.Contains(response.Headers, h => h.Key == "authorization" && h.Value.ToStringUtf8() == "Bearer it");
    }

    private void Show(DiscoveryChannelOptions options, EtcdCertificates shown) =>
        (options.Tls.CaFile, options.Tls.CertificateFile, options.Tls.KeyFile) =
            (_certificates.CaFile, shown.ClientCertificateFile, shown.ClientKeyFile);

    private static bool Answers(Probe.ProbeClient client)
    {
        try
        {
            client.Unary(new ProbeRequest());
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private async Task<RpcException?> FailureAsync(string target, Action<DiscoveryChannelOptions> configure)
    {
        await using var factory = Factory();
        var client = factory.CreateClient<Probe.ProbeClient>(target, configure);
        try
        {
            await client.UnaryAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(30));
            return null;
        }
        catch (RpcException exception)
        {
            return exception;
        }
    }

    private DiscoveryChannelFactory Factory() => DiscoveryChannelFactory.Create(o => o.UseLoggerFactory(_logs.Factory()));
}
