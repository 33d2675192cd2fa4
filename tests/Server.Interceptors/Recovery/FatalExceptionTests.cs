using System.Reflection;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

#pragma warning disable CA2201 // The runtime's own exceptions are what is tested here.
public sealed class FatalExceptionTests
{
    private static readonly Dictionary<string, Func<Exception>> Cases = new()
    {
        ["no memory"] = () => new OutOfMemoryException(),
        ["no stack"] = () => new StackOverflowException(),
        ["a broken memory"] = () => new AccessViolationException(),
        ["in an aggregate"] = () => new AggregateException(new OutOfMemoryException()),
        ["among others"] = () =>
            new AggregateException(new IOException(), new AggregateException(new IOException(), new OutOfMemoryException())),
        ["by reflection"] = () => new TargetInvocationException(new OutOfMemoryException()),
        ["by reflection among others"] = () =>
            new AggregateException(new IOException(), new TargetInvocationException(new OutOfMemoryException())),
    };

    public static TheoryData<string> Names { get; } = [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_exception_of_a_broken_process_passes_untouched(string name)
    {
        var thrown = Cases[name]();
        var outer = new RecordingInterceptor();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddSingleton(outer);
            services.AddGrpc(options =>
            {
                options.Interceptors.Add<RecordingInterceptor>();
                options.Interceptors.Add<RecoveryInterceptor>();
            });
            services.Configure<RecoveryOptions>(options => options.Map<Exception>(StatusCode.NotFound));
        });
        server.Observer.OnCall = _ => throw thrown;

        await Assert.ThrowsAsync<RpcException>(async () => await server.Client().UnaryAsync(new ProbeRequest()));

        Assert.Same(thrown, Assert.Single(outer.Ended).Error);
        Assert.DoesNotContain(server.Logs.Lines, line => line.Category == typeof(RecoveryInterceptor).FullName);
    }
}
