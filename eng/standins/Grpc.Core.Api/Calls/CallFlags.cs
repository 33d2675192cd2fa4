namespace Grpc.Core.Internal;

/// <summary>Flags of a call, numbered as the native core numbers them.</summary>
[Flags]
internal enum CallFlags
{
    IdempotentRequest = 0x10,
    WaitForReady = 0x20,
    CacheableRequest = 0x40,
}
