using Google.Protobuf;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>An etcd that speaks TLS and asks its clients for a certificate.</summary>
public sealed class EtcdTlsTests : IAsyncLifetime
{
    private readonly EtcdCertificates _certificates = new();
    private readonly LogCapture _logs = new();
    private EtcdProcess _etcd = null!;

    public async ValueTask InitializeAsync()
    {
        _etcd = EtcdProcess.CreateSecure(_certificates, mutual: true);
        await _etcd.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _etcd.DisposeAsync();
        _certificates.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_source_follows_over_mutual_tls()
    {
        var options = Options();
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync();

        await _etcd.CtlAsync("put", options.Prefix + "user/1", "10.0.0.1:80");
        await watching.UntilFreshAsync("10.0.0.1:80");
    }

    [Fact]
    public async Task Without_a_certificate_of_its_own_it_is_refused()
    {
        var options = Options();
        (options.Tls.CertificateFile, options.Tls.KeyFile) = (null, null);
        using var client = new EtcdClient(options);

        await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/x", CancellationToken.None));
    }

    [Fact]
    public async Task An_authority_that_is_not_named_is_not_trusted_whether_others_are_named_or_the_systems_are_used()
    {
        using var others = new EtcdCertificates();
        foreach (var ca in new[] { others.CaFile, null })
        {
            var options = Options();
            options.Tls.CaFile = ca;
            using var client = new EtcdClient(options);

            var error = await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/x", CancellationToken.None));
            Assert.Contains("certificate", error.Message, StringComparison.Ordinal);
            Assert.Contains(_etcd.Endpoint, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("etcd.test", true)]
    [InlineData("other.test", false)]
    public async Task The_members_certificate_has_to_name_the_host_of_the_endpoint(string host, bool isNamed)
    {
        var options = Options();
        options.Endpoints[0] = _etcd.Endpoint.Replace("127.0.0.1", host, StringComparison.Ordinal);
        using var client = new EtcdClient(
            options, resolve: (_, _) => Task.FromResult<System.Net.IPAddress[]>([System.Net.IPAddress.Loopback]));

        if (isNamed)
            await client.GetAsync("/x", CancellationToken.None);
        else
            Assert.Contains("(127.0.0.1)", (await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/x", CancellationToken.None)))
                .Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renewed_files_are_used_for_the_next_connection_and_broken_ones_reported_once_while_the_old_stay_in_use()
    {
        using var client = new EtcdClient(Options(), _logs.Factory());
        await PutAsync(client);

        var good = await File.ReadAllTextAsync(_certificates.ClientKeyFile, TestContext.Current.CancellationToken);
        foreach (var broken in new[] { "", "-----BEGIN EC PRIVATE KEY-----\nsecret\n-----END EC PRIVATE KEY-----\n" })
        {
            await File.WriteAllTextAsync(_certificates.ClientKeyFile, broken, TestContext.Current.CancellationToken);
            await ReconnectAsync(client);
        }

        var warning = Assert.Single(_logs.Lines, l => l.Event.Id == 3031).Message;
        Assert.Contains(_certificates.ClientKeyFile, warning, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", warning, StringComparison.Ordinal);

        File.Delete(_certificates.ClientKeyFile);
        await ReconnectAsync(client);
        await File.WriteAllTextAsync(_certificates.ClientKeyFile, good, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(_logs.Lines, l => l.Event.Id == 3030);
        _certificates.RenewClient();
        await ReconnectAsync(client);
        Assert.Single(_logs.Lines, l => l.Event.Id == 3030);
    }

    private EtcdOptions Options() => _etcd.Options(o =>
        (o.Tls.CaFile, o.Tls.CertificateFile, o.Tls.KeyFile) =
            (_certificates.CaFile, _certificates.ClientCertificateFile, _certificates.ClientKeyFile));

    private async Task ReconnectAsync(EtcdClient client)
    {
        await _etcd.RestartAsync();
        await PutAsync(client);
    }

    // A request that finds its connection broken is not sent again by itself, since it writes.
    private static async Task PutAsync(EtcdClient client)
    {
        while (true)
        {
            try
            {
                await client.PutAsync("/x", ByteString.CopyFromUtf8("1"), lease: 0, TestContext.Current.CancellationToken);
                return;
            }
            catch (EtcdException)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }
}
