using Google.Protobuf;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Interceptors.Discovery.Etcd.Protocol;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>The shortest resolver that follows etcd: no care for anything that can go wrong, and no wait. The floor.</summary>
internal sealed class NaiveWatchResolverFactory(GrpcChannel etcd, string prefix) : ResolverFactory
{
    public override string Name => "naive";

    public override Resolver Create(ResolverOptions options) => new NaiveWatchResolver(etcd, prefix);

    private sealed class NaiveWatchResolver(GrpcChannel etcd, string prefix) : Resolver
    {
        private readonly CancellationTokenSource _stop = new();

        public override void Start(Action<ResolverResult> listener) => _ = Task.Run(() => FollowAsync(listener));

        public override void Refresh()
        {
        }

        protected override void Dispose(bool disposing)
        {
            _stop.Cancel();
            base.Dispose(disposing);
        }

        private async Task FollowAsync(Action<ResolverResult> listener)
        {
            var start = ByteString.CopyFromUtf8(prefix);
            var end = ByteString.CopyFromUtf8(prefix[..^1] + '0');
            var listed = await new KV.KVClient(etcd).RangeAsync(new RangeRequest { Key = start, RangeEnd = end });
            var addresses = listed.Kvs.ToDictionary(static pair => pair.Key, static pair => AddressOf(pair.Value));
            listener(ResolverResult.ForResult([.. addresses.Values]));
            using var watch = new Watch.WatchClient(etcd).Watch(cancellationToken: _stop.Token);
            await watch.RequestStream.WriteAsync(new WatchRequest
            {
                CreateRequest = new WatchCreateRequest { Key = start, RangeEnd = end, StartRevision = listed.Header.Revision + 1 },
            });
            while (await watch.ResponseStream.MoveNext(_stop.Token))
            {
                foreach (var change in watch.ResponseStream.Current.Events)
                {
                    if (change.Type == Event.Types.EventType.Put)
                        addresses[change.Kv.Key] = AddressOf(change.Kv.Value);
                    else
                        addresses.Remove(change.Kv.Key);
                }

                if (watch.ResponseStream.Current.Events.Count > 0)
                    listener(ResolverResult.ForResult([.. addresses.Values]));
            }
        }

        private static BalancerAddress AddressOf(ByteString value)
        {
            var parts = value.ToStringUtf8().Split(':');
            return new BalancerAddress(parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
