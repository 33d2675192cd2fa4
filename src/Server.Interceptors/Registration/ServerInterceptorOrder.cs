namespace Interceptors.Server;

/// <summary>The order of the kit's interceptors, outermost first.</summary>
internal enum ServerInterceptorOrder
{
    Trace,
    Timing,
    Recovery,
    Shutdown,
    Admission,
    Authentication,
    Limits,
    Compression,
    Custom,
}
