using Grpc.Core;

namespace Interceptors.Standins.Tests;

/// <summary>A writer as they were before writes could be cancelled: it has no method for that.</summary>
internal sealed class ListWriter<T> : IServerStreamWriter<T>
{
    public List<T> Written { get; } = [];

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message)
    {
        Written.Add(message);
        return Task.CompletedTask;
    }
}
