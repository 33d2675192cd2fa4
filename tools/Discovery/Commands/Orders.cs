using Interceptors.Discovery.Etcd.Protocol;
using Interceptors.Discovery.Tool.Output;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary>
/// What an operator wants of one instance: written for the process that registers it, whose answer is what happens to the key.
/// </summary>
internal sealed class Orders(EtcdClient client, IEndpointFormat format, string service, string id)
{
    private static readonly TimeSpan HonouredWithin = TimeSpan.FromSeconds(5);

    public string Key { get; } = KeyOf(format, service, id);

    private string OrderKey => InstanceOrder.KeyOf(client.Options.ControlPrefix, Key);

    /// <summary>The key of an instance, checked.</summary>
    public static string KeyOf(IEndpointFormat format, string service, string id)
    {
        var key = format.PrefixOf(service) + id;
        return id.Length > 0 && format.IsInstanceKey(service, key)
            ? key
            : throw new UsageException($"'{id}' is not an instance id. discovery list {service} shows them.");
    }

    /// <summary>Changes the order and waits until the instance is as wanted.</summary>
    /// <param name="change">From the order before to the new one.</param>
    /// <param name="isHonoured">Whether the key, null if there is none, is as wanted.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>Whether anything is as wanted: false if no process honours the order, which is then taken back.</returns>
    public async Task<bool> GiveAsync(
        Func<InstanceOrder, InstanceOrder> change, Func<KeyValue?, bool> isHonoured, CancellationToken stop)
    {
        var (before, revision) = await ReadAsync(stop).ConfigureAwait(false);
        var wanted = change(before);
        var written = await WriteAsync(wanted, revision, stop).ConfigureAwait(false);
        if (await IsHonouredAsync(isHonoured, stop).ConfigureAwait(false))
            return true;
        await WriteAsync(before, written, CancellationToken.None).ConfigureAwait(false);
        return false;
    }

    public async Task<KeyValue?> InstanceAsync(CancellationToken stop) =>
        (await client.GetAsync(Key, stop).ConfigureAwait(false)).Kvs.SingleOrDefault();

    public async Task<(InstanceOrder Order, long Revision)> ReadAsync(CancellationToken stop)
    {
        var found = await client.GetAsync(OrderKey, stop).ConfigureAwait(false);
        return found.Kvs is [var kv]
            ? (InstanceOrder.TryRead(kv.Value) ?? InstanceOrder.None, kv.ModRevision)
            : (InstanceOrder.None, 0);
    }

    /// <summary>Writes an order, or removes one that says nothing.</summary>
    /// <returns>The revision to write over it later.</returns>
    public async Task<long> WriteAsync(InstanceOrder order, long revision, CancellationToken stop)
    {
        if (order.IsEmpty)
        {
            await client.DeleteAsync(OrderKey, stop).ConfigureAwait(false);
            return 0;
        }

        var put = await client.PutUnchangedAsync(OrderKey, order.Write(), lease: 0, revision, stop).ConfigureAwait(false);
        return put.Succeeded
            ? put.Header.Revision
            : throw new UndoneException(
                $"{Table.Clean(OrderKey)} was changed by somebody else at the same moment. Check it with discovery list, and try again.");
    }

    private async Task<bool> IsHonouredAsync(Func<KeyValue?, bool> isHonoured, CancellationToken stop)
    {
        var found = await client.GetAsync(Key, stop).ConfigureAwait(false);
        using var watch = await client.WatchKeyAsync(Key, found.Header.Revision + 1, stop).ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(HonouredWithin);
        try
        {
            var now = found.Kvs.SingleOrDefault();
            while (!isHonoured(now))
            {
                foreach (var change in await watch.ReadAsync(end.Token).ConfigureAwait(false))
                    now = change.Type == Event.Types.EventType.Delete ? null : change.Kv;
            }

            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
