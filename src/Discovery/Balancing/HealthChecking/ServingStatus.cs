namespace Interceptors.Discovery;

/// <summary>As in <c>grpc.health.v1</c>.</summary>
internal enum ServingStatus
{
    Unknown = 0,
    Serving = 1,
    NotServing = 2,
    ServiceUnknown = 3,
}
