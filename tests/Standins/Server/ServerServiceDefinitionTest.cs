using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class ServerServiceDefinitionTest
{
    private static readonly UnaryServerMethod<string, string> Unary = (request, context) => Task.FromResult(request);
    private static readonly ClientStreamingServerMethod<string, string> ClientStreaming =
        (requests, context) => Task.FromResult("");
    private static readonly ServerStreamingServerMethod<string, string> ServerStreaming =
        (request, responses, context) => Task.CompletedTask;
    private static readonly DuplexStreamingServerMethod<string, string> Duplex =
        (requests, responses, context) => Task.CompletedTask;

    [Fact]
    public void Methods_are_replayed_into_a_binder_in_their_order()
    {
        var binder = new RecordingBinder();

        ServerServiceDefinition.CreateBuilder()
            .AddMethod(TestMethods.Unary, Unary)
            .AddMethod(TestMethods.ClientStreaming, ClientStreaming)
            .AddMethod(TestMethods.ServerStreaming, ServerStreaming)
            .AddMethod(TestMethods.Duplex, Duplex)
            .Build()
            .BindService(binder);

        Assert.Equal(
            [
                (TestMethods.Unary, Unary),
                (TestMethods.ClientStreaming, ClientStreaming),
                (TestMethods.ServerStreaming, ServerStreaming),
                (TestMethods.Duplex, Duplex),
            ],
            binder.Added);
    }

    [Fact]
    public void A_method_may_be_added_only_once()
    {
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(TestMethods.Unary, Unary);

        Assert.Throws<ArgumentException>(() => builder.AddMethod(TestMethods.Unary, Unary));
    }

    [Fact]
    public void A_binder_that_overrides_nothing_takes_no_method()
    {
        var binder = new ServiceBinderBase();

        Assert.Throws<NotImplementedException>(() => binder.AddMethod(TestMethods.Unary, Unary));
        Assert.Throws<NotImplementedException>(() => binder.AddMethod(TestMethods.ClientStreaming, ClientStreaming));
        Assert.Throws<NotImplementedException>(() => binder.AddMethod(TestMethods.ServerStreaming, ServerStreaming));
        Assert.Throws<NotImplementedException>(() => binder.AddMethod(TestMethods.Duplex, Duplex));
    }

    [Fact]
    public void The_attribute_of_generated_code_says_where_a_service_is_bound()
    {
        var attribute = new BindServiceMethodAttribute(typeof(TestMethods), "BindService");

        Assert.Equal((typeof(TestMethods), "BindService"), (attribute.BindType, attribute.BindMethodName));
    }

    private sealed class RecordingBinder : ServiceBinderBase
    {
        public List<(IMethod Method, Delegate? Handler)> Added { get; } = [];

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Added.Add((method, handler));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            Added.Add((method, handler));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            Added.Add((method, handler));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            Added.Add((method, handler));
    }
}
