namespace Grpc.Core;

/// <summary>Takes a client's requests.</summary>
/// <typeparam name="T">The request's type.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the requests, after the last write has completed.</summary>
    Task CompleteAsync();
}
