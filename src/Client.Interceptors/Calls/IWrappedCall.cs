using Grpc.Core;

namespace Interceptors.Client;

/// <summary>A call of the kit that its caller sees in place of gRPC's own; see <see cref="WrappedCalls"/>.</summary>
internal interface IWrappedCall : IDisposable
{
    Task<Metadata> HeadersAsync();

    Status GetStatus();

    Metadata GetTrailers();
}
