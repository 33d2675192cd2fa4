using Grpc.Core;
using Interceptors.Testing;
using Microsoft.AspNetCore.Authorization;

namespace Interceptors.Server.Tests;

/// <summary>Services that are nothing but a name.</summary>
internal static class NamedServices
{
    public static Method<ProbeRequest, ProbeResponse> Method(string service) => new(
        MethodType.Unary, service, "Call",
        Marshallers.Create(Google.Protobuf.MessageExtensions.ToByteArray, ProbeRequest.Parser.ParseFrom),
        Marshallers.Create(Google.Protobuf.MessageExtensions.ToByteArray, ProbeResponse.Parser.ParseFrom));

    /// <summary>Calls a service by its name; answers with the name of the user that its handler saw.</summary>
    public static async Task<string> CallAsync(this ProbeServer server, string service, Metadata? metadata = null) =>
        (await server.Channel.CreateCallInvoker()
            .AsyncUnaryCall(Method(service), host: null, new CallOptions(metadata), new ProbeRequest())).Text;

    internal static Task<ProbeResponse> Answer(ServerCallContext context) =>
        Task.FromResult(new ProbeResponse { Text = context.GetUser().Identity?.Name ?? "nobody" });
}

[BindServiceMethod(typeof(HealthBase), nameof(Bind))]
public abstract class HealthBase
{
    public static void Bind(ServiceBinderBase binder, HealthBase? service) =>
        binder.AddMethod(NamedServices.Method("grpc.health.v1.Health"), (UnaryServerMethod<ProbeRequest, ProbeResponse>)null!);

    public virtual Task<ProbeResponse> Call(ProbeRequest request, ServerCallContext context) => NamedServices.Answer(context);
}

public sealed class HealthService : HealthBase;

[BindServiceMethod(typeof(ReflectionBase), nameof(Bind))]
public abstract class ReflectionBase
{
    public static void Bind(ServiceBinderBase binder, ReflectionBase? service) =>
        binder.AddMethod(
            NamedServices.Method("grpc.reflection.v1alpha.ServerReflection"), (UnaryServerMethod<ProbeRequest, ProbeResponse>)null!);

    public virtual Task<ProbeResponse> Call(ProbeRequest request, ServerCallContext context) => NamedServices.Answer(context);
}

public sealed class ReflectionService : ReflectionBase;

[BindServiceMethod(typeof(OpenBase), nameof(Bind))]
public abstract class OpenBase
{
    public static void Bind(ServiceBinderBase binder, OpenBase? service) =>
        binder.AddMethod(NamedServices.Method("tests.Open"), (UnaryServerMethod<ProbeRequest, ProbeResponse>)null!);

    public virtual Task<ProbeResponse> Call(ProbeRequest request, ServerCallContext context) => NamedServices.Answer(context);
}

[AllowAnonymous]
public sealed class OpenService : OpenBase;

[BindServiceMethod(typeof(ListedBase), nameof(Bind))]
public abstract class ListedBase
{
    public static void Bind(ServiceBinderBase binder, ListedBase? service) =>
        binder.AddMethod(NamedServices.Method("tests.Listed"), (UnaryServerMethod<ProbeRequest, ProbeResponse>)null!);

    public virtual Task<ProbeResponse> Call(ProbeRequest request, ServerCallContext context) => NamedServices.Answer(context);
}

public sealed class ListedService : ListedBase;
