using Grpc.Core;

namespace Interceptors.Standins.Tests;

internal static class TestMethods
{
    public static Method<string, string> Unary { get; } = Create(MethodType.Unary);

    public static Method<string, string> ClientStreaming { get; } = Create(MethodType.ClientStreaming);

    public static Method<string, string> ServerStreaming { get; } = Create(MethodType.ServerStreaming);

    public static Method<string, string> Duplex { get; } = Create(MethodType.DuplexStreaming);

    private static Method<string, string> Create(MethodType type) =>
        new(type, "test.Service", type.ToString(), Marshallers.StringMarshaller, Marshallers.StringMarshaller);
}
