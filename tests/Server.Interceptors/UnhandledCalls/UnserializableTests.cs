using System.Diagnostics.Metrics;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

public sealed class UnserializableTests
{
    private const string Planted = RawRequest.Planted;

    private static readonly Marshaller<string> Text = Marshallers.Create(
        static text => text == Planted ? throw new InvalidOperationException(text) : System.Text.Encoding.UTF8.GetBytes(text),
        static bytes => System.Text.Encoding.UTF8.GetString(bytes));

    [Theory]
    [InlineData("fine", StatusCode.OK, LogLevel.Information)]
    [InlineData(Planted, StatusCode.Unknown, LogLevel.Error)]
    [InlineData("", StatusCode.Internal, LogLevel.Error)]
    public async Task A_response_that_the_marshaller_refuses_is_reported_once_as_what_its_caller_sees(
        string request, StatusCode status, LogLevel level)
    {
        using var meters = new MeterCapture(ServerTimingInterceptor.MeterName);
        await using var server = await ProbeServer.StartAsync(
            services =>
            {
                services.AddSingleton<IMeterFactory>(meters);
                services.AddServerInterceptors().AddStandard().AddUnhandledCalls();
            },
            app => app.MapGrpcService<Echo>());
        var method = new Method<string, string>(MethodType.Unary, "pkg.Echo", "Say", Marshallers.StringMarshaller, Text);
        var seen = StatusCode.OK;
        try
        {
            await server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, request);
        }
        catch (RpcException exception)
        {
            seen = exception.StatusCode;
            Assert.DoesNotContain(Planted, exception.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(status, seen);
        await Eventually.True(() => server.Logs.Named("CallEnded").Count > 0, "the call is logged");
        var line = Assert.Single(server.Logs.Named("CallEnded"));
        Assert.Equal((status, level), (line.Fields["Status"], line.Level));
        Assert.DoesNotContain(Planted, line.Message, StringComparison.Ordinal);
        Assert.Empty(server.Logs.Named("UnhandledCallEnded"));
        Assert.Single(meters.Of("rpc.server.call.duration"));
    }

    /// <summary>gRPC binds what a base class declares.</summary>
    [BindServiceMethod(typeof(EchoBase), nameof(Bind))]
    public abstract class EchoBase
    {
        public static void Bind(ServiceBinderBase binder, EchoBase? service) => binder.AddMethod(
            new Method<string, string>(MethodType.Unary, "pkg.Echo", "Say", Marshallers.StringMarshaller, Text),
            (UnaryServerMethod<string, string>)null!);

        public virtual Task<string> Say(string request, ServerCallContext context) => throw new NotSupportedException();
    }

    public sealed class Echo : EchoBase
    {
        public override Task<string> Say(string request, ServerCallContext context) =>
            Task.FromResult(request.Length == 0 ? null! : request);
    }
}
