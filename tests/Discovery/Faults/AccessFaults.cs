using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Etcd is there but does not let the client in, or the client does not trust it.</summary>
public sealed class AccessFaults
{
    private const string Prefix = "/svc/";
    private const string Password = "correct-horse";

    [Fact]
    public async Task The_token_has_expired_and_etcd_was_restarted()
    {
        await using var etcd = await StartWithUsersAsync();
        await using var running = await Running.StartAsync(Options(etcd, Password), etcd);
        await etcd.StopAsync();
        await running.UntilStaleAsync(0, 1);
        await etcd.StartAsync();

        await ChangeAsync(running, etcd);
        await running.UntilRightAsync(1, 2);
    }

    [Fact]
    public async Task The_permission_is_withdrawn_and_given_back()
    {
        await using var etcd = await StartWithUsersAsync();
        var options = Options(etcd, Password);
        options.ReconcileInterval = TimeSpan.FromSeconds(1);
        await using var running = await Running.StartAsync(options, etcd);
        await etcd.CtlAsync("role", "revoke-permission", "bob", "--prefix=true", Prefix);
        await running.UntilStaleAsync(0, 1);
        Assert.Contains("permission denied", running.Watching.Last!.StaleReason, StringComparison.Ordinal);
        await ChangeAsync(running, etcd);
        await running.UntilCalledAsync(0, 1);

        await etcd.CtlAsync("role", "grant-permission", "bob", "--prefix=true", "readwrite", Prefix);
        await running.UntilRightAsync(1, 2);
        AssertNoSecret(running, Password);
    }

    [Fact]
    public async Task The_password_is_wrong_until_its_file_is_mended()
    {
        await using var etcd = await StartWithUsersAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Password, TestContext.Current.CancellationToken);
        var options = Options(etcd, password: null);
        options.PasswordFile = file;
        await using var running = await Running.StartAsync(options, etcd);
        await File.WriteAllTextAsync(file, "wrong-secret", TestContext.Current.CancellationToken);
        await etcd.RestartAsync();
        await running.Watching.UntilAsync(s => s.StaleReason?.Contains("authentication failed", StringComparison.Ordinal) == true);
        await ChangeAsync(running, etcd);
        await running.UntilCalledAsync(0, 1);

        await File.WriteAllTextAsync(file, Password, TestContext.Current.CancellationToken);
        await running.UntilRightAsync(1, 2);
        AssertNoSecret(running, Password);
        AssertNoSecret(running, "wrong-secret");
        File.Delete(file);
    }

    [Fact]
    public async Task The_members_certificate_is_from_an_authority_that_is_not_trusted_until_the_file_says_so()
    {
        using var certificates = new EtcdCertificates();
        await using var etcd = EtcdProcess.CreateSecure(certificates, mutual: false);
        await etcd.StartAsync();
        var trusted = Path.GetTempFileName();
        File.Copy(certificates.CaFile, trusted, overwrite: true);
        await using var running = await Running.StartAsync(etcd.Options(o => o.Tls.CaFile = trusted), etcd);
        certificates.StartOver();
        await etcd.RestartAsync();
        await running.Watching.UntilAsync(s => s.StaleReason?.Contains("certificate", StringComparison.Ordinal) == true);
        await ChangeAsync(running, etcd);
        await running.UntilCalledAsync(0, 1);

        File.Copy(certificates.CaFile, trusted, overwrite: true);
        await running.UntilRightAsync(1, 2);
        File.Delete(trusted);
    }

    private static async Task<EtcdProcess> StartWithUsersAsync()
    {
        var etcd = await EtcdProcess.StartNewAsync("--auth-token-ttl=2");
        await etcd.EnableAuthAsync("bob", Password, Prefix);
        return etcd;
    }

    private static EtcdOptions Options(EtcdProcess etcd, string? password) =>
        etcd.Options(o => (o.Prefix, o.Username, o.Password) = (Prefix, "bob", password));

    private static async Task ChangeAsync(Running running, EtcdProcess etcd)
    {
        await running.RemoveAsync(etcd, 0);
        await running.RegisterAsync(etcd, 2);
    }

    private static void AssertNoSecret(Running running, string secret)
    {
        Assert.All(running.Logs.Lines, l => Assert.DoesNotContain(secret, $"{l.Message} {l.Exception}", StringComparison.Ordinal));
        Assert.All(running.Watching.Seen, s => Assert.DoesNotContain(secret, s.ToString(), StringComparison.Ordinal));
    }
}
