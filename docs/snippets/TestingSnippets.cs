using Demo;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Server;
using Interceptors.Testing;
using Microsoft.Extensions.Options;

namespace Interceptors.Snippets;

internal static class TestingSnippets
{
    internal static async Task TestServiceAsync()
    {
        #region service-alone
        var reply = await new GreeterService().SayHello(new HelloRequest { Name = "Ada" }, new TestServerCallContext());
        // Assert.Equal("Hello, Ada!", reply.Message);
        #endregion
        _ = reply;
    }

    internal static async Task TestAsync()
    {
        #region services
        await using var services = new TestServices();
        var first = await services.StartAsync("greeter", server => server.MapGrpcService<GreeterService>());
        var second = await services.StartAsync("greeter", server => server.MapGrpcService<GreeterService>());
        var greeter = services.CreateClient<Greeter.GreeterClient>("greeter");

        await greeter.SayHelloAsync(new HelloRequest { Name = "Ada" }, new CallOptions().WithWaitForReady());
        #endregion

        #region faults
        await first.FreezeAsync(); // answers nothing; connections stay
        await first.ThawAsync();
        await first.KillAsync(); // connections break; it stays in the list, as a server does until its lease ends
        await first.LeaveAsync(); // off the list
        await second.StopAsync(); // a graceful stop
        #endregion

        #region recorded
        var call = second.Calls[^1];
        Console.WriteLine($"{call.Method} {call.RequestHeaders.GetValue("x-trace-id")} {call.ResponseTrailers.GetValue("grpc-status")}");
        #endregion

        #region host
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddInMemoryDiscovery(services.Registry);
        builder.Services.AddDiscoveryClient<Greeter.GreeterClient>("memory:///greeter");
        #endregion
    }

    internal static async Task TestInterceptorsAsync()
    {
        #region client-interceptor
        var time = new ManualTime();
        var invoker = new TestCallInvoker(request => new HelloReply { Message = "Hello" });
        var options = Options.Create(new DeadlineOptions { Default = TimeSpan.FromSeconds(10) });
        var greeter = new Greeter.GreeterClient(invoker.Intercept(new DeadlineInterceptor(options, time)));

        await greeter.SayHelloAsync(new HelloRequest());
        Console.WriteLine(invoker.Calls[0].Deadline - time.GetUtcNow().UtcDateTime); // 00:00:10
        #endregion

        #region client-handler
        var streams = TestCallInvoker.WithHandler(async call =>
        {
            call.ResponseHeaders.Add("x-server", "a");
            await foreach (var request in call.ReadAllAsync())
            {
                await call.WriteAsync(new HelloReply { Message = $"Hello, {((HelloRequest)request).Name}!" });
            }
            throw new RpcException(new Status(StatusCode.Unavailable, "gone")); // or return, for a success
        });
        var chat = new Greeter.GreeterClient(streams.Intercept(new DeadlineInterceptor(options, time)));
        #endregion
        _ = chat;

        #region server-interceptor
        var context = new TestServerCallContext { Headers = new Metadata { { "x-tenant", "acme" } } };
        var reply = await new RecoveryInterceptor().UnaryServerHandler(
            new HelloRequest(), context, (request, _) => Task.FromResult(new HelloReply()));
        #endregion
        _ = reply;
    }

    private sealed class GreeterService : Greeter.GreeterBase
    {
        public override Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context) =>
            Task.FromResult(new HelloReply { Message = $"Hello, {request.Name}!" });
    }
}
