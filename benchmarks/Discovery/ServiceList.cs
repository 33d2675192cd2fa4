using Google.Protobuf;
using Grpc.Net.Client;
using Interceptors.Discovery.Etcd.Protocol;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>Writes instances of one service into etcd as an operator does, and returns when etcd has acknowledged it.</summary>
internal sealed class ServiceList(GrpcChannel etcd, string service)
{
    private readonly KV.KVClient _kv = new(etcd);

    public string Prefix => $"/project/service/{service}/";

    public async Task PutAsync(string id, string address) =>
        await _kv.PutAsync(new PutRequest { Key = KeyOf(id), Value = ByteString.CopyFromUtf8(address) });

    public async Task DeleteAsync(string id) => await _kv.DeleteRangeAsync(new DeleteRangeRequest { Key = KeyOf(id) });

    private ByteString KeyOf(string id) => ByteString.CopyFromUtf8(Prefix + id);
}
