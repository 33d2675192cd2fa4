namespace Grpc.Core;

/// <summary>Takes a server's responses; they end when the handler returns.</summary>
/// <typeparam name="T">The response's type.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
