using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>One etcd for the tests of a class that leave it running; each test has a prefix of its own.</summary>
public sealed class SharedEtcd : IAsyncLifetime
{
    private EtcdProcess? _etcd;

    public EtcdProcess Etcd => _etcd!;

    public async ValueTask InitializeAsync() => _etcd = await EtcdProcess.StartNewAsync();

    public async ValueTask DisposeAsync()
    {
        if (_etcd is not null)
            await _etcd.DisposeAsync();
    }
}
