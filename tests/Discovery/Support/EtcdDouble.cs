using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Interceptors.Discovery.Etcd.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>What speaks etcd's protocol and answers as a test wants, for answers that a real etcd can't be made to give.</summary>
internal sealed class EtcdDouble : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EtcdDouble(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.Single();

    public EtcdOptions Options(Action<EtcdOptions>? configure = null)
    {
        var options = new EtcdOptions { Endpoints = { Endpoint }, Prefix = "/svc/" };
        EtcdOptionsFor.Quick(options);
        configure?.Invoke(options);
        return options;
    }

    public ConcurrentQueue<RangeRequest> Ranges => _app.Services.GetRequiredService<Script>().Ranges;

    public static async Task<EtcdDouble> StartAsync(
        Func<RangeRequest, RangeResponse> range, Func<IServerStreamWriter<WatchResponse>, CancellationToken, Task> watch)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(new Script(range, watch));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new EtcdDouble(app);
    }

    public static RangeResponse List(long revision, params (string Key, string Value)[] keys)
    {
        var list = new RangeResponse { Header = new ResponseHeader { Revision = revision } };
        foreach (var (key, value) in keys)
            list.Kvs.Add(
                new KeyValue { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value), ModRevision = revision });
        return list;
    }

    public static WatchResponse Created(long revision) => new() { Header = new ResponseHeader { Revision = revision }, Created = true };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    internal sealed record Script(
        Func<RangeRequest, RangeResponse> Range, Func<IServerStreamWriter<WatchResponse>, CancellationToken, Task> Watch)
    {
        public ConcurrentQueue<RangeRequest> Ranges { get; } = new();
    }

    // Looks as generated code does, which is the only form that can be mapped.
    [BindServiceMethod(typeof(ServiceBase), nameof(Bind))]
    internal abstract class ServiceBase
    {
        public static void Bind(ServiceBinderBase binder, ServiceBase? service)
        {
            binder.AddMethod(
                Of<RangeRequest, RangeResponse>(MethodType.Unary, "etcdserverpb.KV", "Range", RangeRequest.Parser, RangeResponse.Parser),
                service is null ? null! : service.Range);
            binder.AddMethod(
                Of<WatchRequest, WatchResponse>(
                    MethodType.DuplexStreaming, "etcdserverpb.Watch", "Watch", WatchRequest.Parser, WatchResponse.Parser),
                service is null ? null! : service.Watch);
        }

        public abstract Task<RangeResponse> Range(RangeRequest request, ServerCallContext context);

        public abstract Task Watch(
            IAsyncStreamReader<WatchRequest> requests, IServerStreamWriter<WatchResponse> responses, ServerCallContext context);

        private static Method<TRequest, TResponse> Of<TRequest, TResponse>(
            MethodType type, string service, string name, MessageParser<TRequest> requests, MessageParser<TResponse> responses)
            where TRequest : IMessage<TRequest>
            where TResponse : IMessage<TResponse> =>
            new(type, service, name,
                Marshallers.Create(m => m.ToByteArray(), requests.ParseFrom),
                Marshallers.Create(m => m.ToByteArray(), responses.ParseFrom));
    }

    internal sealed class Service(Script script) : ServiceBase
    {
        public override Task<RangeResponse> Range(RangeRequest request, ServerCallContext context)
        {
            script.Ranges.Enqueue(request);
            return Task.FromResult(script.Range(request));
        }

        public override async Task Watch(
            IAsyncStreamReader<WatchRequest> requests, IServerStreamWriter<WatchResponse> responses, ServerCallContext context)
        {
            await requests.MoveNext(context.CancellationToken);
            await script.Watch(responses, context.CancellationToken);
        }
    }
}
