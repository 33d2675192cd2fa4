using Grpc.Core;

namespace Interceptors.Standins.Tests;

/// <summary>The five ways to make a call, for what has to hold in each.</summary>
internal static class TestCalls
{
    public static IReadOnlyDictionary<string, Action<CallInvoker, string?, CallOptions>> All { get; } =
        new Dictionary<string, Action<CallInvoker, string?, CallOptions>>
        {
            ["BlockingUnary"] =
                (invoker, host, options) => invoker.BlockingUnaryCall(TestMethods.Unary, host, options, "request"),
            ["Unary"] = (invoker, host, options) => invoker.AsyncUnaryCall(TestMethods.Unary, host, options, "request"),
            ["ServerStreaming"] =
                (invoker, host, options) =>
                    invoker.AsyncServerStreamingCall(TestMethods.ServerStreaming, host, options, "request"),
            ["ClientStreaming"] =
                (invoker, host, options) => invoker.AsyncClientStreamingCall(TestMethods.ClientStreaming, host, options),
            ["Duplex"] = (invoker, host, options) => invoker.AsyncDuplexStreamingCall(TestMethods.Duplex, host, options),
        };

    public static TheoryData<string> Kinds => [.. All.Keys];
}
