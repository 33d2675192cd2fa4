using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

public sealed class HealthExemptionTests
{
    private static readonly Marshaller<string> Text = Marshallers.StringMarshaller;

    [Theory]
    [InlineData("grpc.health.v1.Health", true, true)]
    [InlineData("grpc.reflection.v1.ServerReflection", true, true)]
    [InlineData("grpc.reflection.v1alpha.ServerReflection", true, true)]
    [InlineData("grpc.health.v1.Health", false, false)]
    [InlineData("grpc.health.v1.HealthTwin", true, false)]
    public async Task A_busy_server_still_answers_for_its_health_unless_told_otherwise(string service, bool exempt, bool answered)
    {
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var services = new Dictionary<string, Func<Task<string>>>
        {
            ["pkg.Busy"] = () =>
            {
                started.SetResult();
                return release.Task;
            },
            [service] = static () => Task.FromResult("serving"),
        };
        builder.Services.AddSingleton(new BoundService(services));
        builder.Services.AddServerInterceptors().AddLimits(options =>
        {
            options.Server = new LimitOptions { MaxConcurrentCalls = 1 };
            options.ExemptHealthAndReflection = exempt;
        });
        await using var app = builder.Build();
        BoundServiceBase.Names = services.Keys;
        app.MapGrpcService<BoundService>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var channel = GrpcChannel.ForAddress(app.Urls.Single());
        var busy = CallAsync(channel, "pkg.Busy");
        await started.Task;

        var answer = await CallAsync(channel, service);

        Assert.Equal(answered ? "serving" : nameof(StatusCode.ResourceExhausted), answer);
        release.SetResult("done");
        Assert.Equal("done", await busy);
    }

    private static async Task<string> CallAsync(GrpcChannel channel, string service)
    {
        try
        {
            return await channel.CreateCallInvoker()
                .AsyncUnaryCall(new Method<string, string>(MethodType.Unary, service, "Check", Text, Text), null, default, "");
        }
        catch (RpcException exception)
        {
            return exception.StatusCode.ToString();
        }
    }

    /// <summary>
    /// Methods named <c>Check</c> of services that a test names. gRPC binds what a base class declares, and by a static method.
    /// </summary>
    [BindServiceMethod(typeof(BoundServiceBase), nameof(Bind))]
    public abstract class BoundServiceBase
    {
        public static IEnumerable<string> Names { get; set; } = [];

        public static void Bind(ServiceBinderBase binder, BoundServiceBase? service)
        {
            foreach (var name in Names)
                binder.AddMethod(
                    new Method<string, string>(MethodType.Unary, name, "Check", Text, Text), (UnaryServerMethod<string, string>)null!);
        }

        public virtual Task<string> Check(string request, ServerCallContext context) => throw new NotSupportedException();
    }

    public sealed class BoundService(Dictionary<string, Func<Task<string>>> services) : BoundServiceBase
    {
        public override Task<string> Check(string request, ServerCallContext context) => services[context.Method.Split('/')[1]]();
    }
}
