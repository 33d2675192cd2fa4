using Grpc.Core;

namespace Interceptors.Standins.Tests;

/// <summary>A transport that overrides only the simplest members.</summary>
internal sealed class ArrayContexts
{
    public sealed class Writing : SerializationContext
    {
        public byte[]? Payload { get; private set; }

        public override void Complete(byte[] payload) => Payload = payload;
    }

    public sealed class Reading(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload;
    }
}

/// <summary>Transports that override nothing.</summary>
internal sealed class BareContexts
{
    public sealed class Writing : SerializationContext;

    public sealed class Reading : DeserializationContext
    {
        public override int PayloadLength => 0;
    }
}
