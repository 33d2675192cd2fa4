using System.Diagnostics;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Etcd does not let the registrar in any more.</summary>
public sealed class RegistrarAccessFaults
{
    private const string Prefix = "/svc/";
    private const string Password = "correct-horse";

    [Fact]
    public async Task The_token_has_expired_when_the_key_must_be_put_back()
    {
        await using var etcd = await StartWithUsersAsync();
        await using var registrar = await StartAsync(etcd);
        var idle = Stopwatch.StartNew();
        await Eventually.True(() => idle.Elapsed > TimeSpan.FromSeconds(5), "the token, which lives for 2 s, has expired");

        await etcd.CtlAsync("del", registrar.Key);
        await registrar.UntilRightAsync();
    }

    [Fact]
    public async Task A_restart_has_made_the_token_worthless()
    {
        await using var etcd = await StartWithUsersAsync();
        await using var registrar = await StartAsync(etcd);
        var before = await registrar.ListAsync();
        await etcd.StopAsync();
        await registrar.UntilAllAsync(RegistrationState.Repairing);

        await etcd.StartAsync();
        await registrar.UntilRightAsync();
        Assert.Empty(await registrar.HistoryAsync(before.Header.Revision));
    }

    [Fact]
    public async Task The_permission_is_withdrawn_and_given_back()
    {
        await using var etcd = await StartWithUsersAsync();
        await using var registrar = await StartAsync(etcd, o => o.ReconcileInterval = TimeSpan.FromSeconds(1));
        await etcd.CtlAsync("role", "revoke-permission", "bob", "--prefix=true", Prefix);
        await registrar.UntilAllAsync(RegistrationState.Repairing);
        Assert.Contains("PermissionDenied", registrar.Registration.Problem, StringComparison.Ordinal);
        await etcd.CtlAsync("del", registrar.Key);

        await etcd.CtlAsync("role", "grant-permission", "bob", "--prefix=true", "readwrite", Prefix);
        await registrar.UntilRightAsync();
        Assert.All(registrar.Logs.Lines, l => Assert.DoesNotContain(Password, $"{l.Message} {l.Exception}", StringComparison.Ordinal));
    }

    private static async Task<EtcdProcess> StartWithUsersAsync()
    {
        var etcd = await EtcdProcess.StartNewAsync("--auth-token-ttl=2");
        await etcd.EnableAuthAsync("bob", Password, Prefix);
        return etcd;
    }

    private static Task<RegistrarUnderTest> StartAsync(EtcdProcess etcd, Action<EtcdOptions>? configure = null)
    {
        var options = etcd.Options(o =>
            (o.Prefix, o.Username, o.Password, o.LeaseTtl) = (Prefix, "bob", Password, TimeSpan.FromSeconds(30)));
        configure?.Invoke(options);
        return RegistrarUnderTest.StartAsync(options, etcd.Options(o => (o.Prefix, o.Username, o.Password) = (Prefix, "root", "root-pw")));
    }
}
