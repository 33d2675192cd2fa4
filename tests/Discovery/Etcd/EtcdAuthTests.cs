using Google.Protobuf;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>An etcd with users, whose tokens live for two seconds.</summary>
public sealed class EtcdAuthTests : IAsyncLifetime
{
    private const string User = "bob";
    private const string Password = "correct-horse";

    private EtcdProcess _etcd = null!;

    public async ValueTask InitializeAsync()
    {
        _etcd = await EtcdProcess.StartNewAsync("--auth-token-ttl=2");
        await _etcd.EnableAuthAsync(User, Password, "/svc/");
    }

    public ValueTask DisposeAsync() => _etcd.DisposeAsync();

    [Fact]
    public async Task A_user_registers_and_follows_and_goes_on_after_tokens_have_expired_and_etcd_was_restarted()
    {
        var options = Options(Password);
        await using var registry = new EtcdServiceRegistry(options);
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await watching.UntilFreshAsync("10.0.0.1:80");

        // Longer than a token lives, and longer than the lease, which is kept alive meanwhile.
        await Task.Delay(TimeSpan.FromSeconds(4));
        await _etcd.CtlAsync("put", "/svc/user/2", "10.0.0.2:80");
        await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.2:80");
        Assert.Equal(RegistrationState.Registered, registration.State);

        await _etcd.RestartAsync();
        await _etcd.CtlAsync("put", "/svc/user/3", "10.0.0.3:80");
        await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        await registration.DisposeAsync();
        await watching.UntilFreshAsync("10.0.0.2:80", "10.0.0.3:80");
    }

    [Fact]
    public async Task A_request_with_an_expired_token_gets_a_new_one_by_itself()
    {
        using var client = new EtcdClient(Options(Password));
        await client.PutAsync("/svc/x", ByteString.CopyFromUtf8("1"), lease: 0, CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(4));

        await client.PutAsync("/svc/x", ByteString.CopyFromUtf8("2"), lease: 0, CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(4));
        using var watch = await client.WatchPrefixAsync("/svc/", revision: 1, CancellationToken.None);
        Assert.NotEmpty(await watch.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Many_requests_at_once_authenticate_once()
    {
        using var client = new EtcdClient(Options(Password));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            client.PutAsync($"/svc/{i}", ByteString.CopyFromUtf8("1"), lease: 0, CancellationToken.None)));

        var metrics = await _etcd.MetricsAsync();
        var authenticated = metrics.Split('\n').Where(l => l.StartsWith("grpc_server_handled_total", StringComparison.Ordinal)
            && l.Contains("\"Authenticate\"", StringComparison.Ordinal) && l.Contains("\"OK\"", StringComparison.Ordinal))
            .Sum(l => double.Parse(l.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(1, authenticated);
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_never_shown()
    {
        using var logs = new LogCapture();
        var options = Options("wrong-secret");
        await using var source = new EtcdEndpointSource(options, logs.Factory());
        await using var watching = new Watching(source, "user");
        var stale = await watching.UntilAsync(s => s.IsStale);

        Assert.Contains("authentication failed", stale.StaleReason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", stale.StaleReason, StringComparison.Ordinal);
        Assert.DoesNotContain(logs.Lines, l => l.Message.Contains("wrong-secret", StringComparison.Ordinal)
            || l.Exception?.ToString().Contains("wrong-secret", StringComparison.Ordinal) == true);
        Assert.DoesNotContain("wrong-secret", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_and_password_can_stand_in_files_that_are_read_again_when_they_are_needed()
    {
        var (user, password) = (Path.GetTempFileName(), Path.GetTempFileName());
        await File.WriteAllTextAsync(user, User + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(password, "not yet right\r\n", TestContext.Current.CancellationToken);
        var options = Options(Password);
        (options.Username, options.Password, options.UsernameFile, options.PasswordFile) = (null, null, user, password);
        using var client = new EtcdClient(options);
        await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/svc/x", CancellationToken.None));

        await File.WriteAllTextAsync(password, Password + "\n", TestContext.Current.CancellationToken);
        await client.GetAsync("/svc/x", CancellationToken.None);
        File.Delete(user);
        File.Delete(password);
    }

    [Fact]
    public async Task No_secret_is_told_whatever_goes_wrong()
    {
        using var logs = new LogCapture();
        using var client = new EtcdClient(Options(Password), logs.Factory());
        await using var source = new EtcdEndpointSource(client, ownsClient: false, logs.Factory());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync();
        await _etcd.CtlAsync("role", "revoke-permission", User, "--prefix=true", "/svc/");
        var refused = await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/svc/x", CancellationToken.None));
        await _etcd.KillAsync();
        var away = await Assert.ThrowsAsync<EtcdException>(() => client.GetAsync("/svc/x", CancellationToken.None));
        await watching.UntilAsync(s => s.IsStale);

        // Etcd's simple tokens: sixteen letters, a dot and a number.
        var told = logs.Lines.Select(l => $"{l.Message} {l.Exception}").Concat(watching.Seen.Select(s => s.ToString()))
            .Append(refused.ToString()).Append(away.ToString()).ToList();
        Assert.All(told, text => Assert.DoesNotContain(Password, text, StringComparison.Ordinal));
        Assert.All(told, text => Assert.DoesNotMatch(@"\b[A-Za-z]{16}\.\d+", text));
        Assert.Contains(_etcd.Endpoint, away.Message, StringComparison.Ordinal);
        Assert.Contains("'/svc/x'", away.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_has_authentication_switched_on_later_is_followed_before_and_after()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var client = new EtcdClient(etcd.Options(o => (o.Username, o.Password) = (User, Password)));
        await client.GetAsync("/svc/x", CancellationToken.None);

        await etcd.EnableAuthAsync(User, Password, "/svc/");
        await client.GetAsync("/svc/x", CancellationToken.None);
    }

    [Fact]
    public async Task A_permission_that_comes_later_is_enough()
    {
        var options = Options(Password);
        options.Prefix = "/other/";
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        var stale = await watching.UntilAsync(s => s.IsStale);
        Assert.Contains("permission", stale.StaleReason, StringComparison.OrdinalIgnoreCase);

        await _etcd.CtlAsync("role", "grant-permission", User, "--prefix=true", "readwrite", "/other/");
        await watching.UntilFreshAsync();
    }

    private EtcdOptions Options(string password) => _etcd.Options(o =>
        (o.Prefix, o.Username, o.Password, o.LeaseTtl) = ("/svc/", User, password, TimeSpan.FromSeconds(3)));
}
