using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Interceptors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProtoBuf.Grpc.Server;

namespace Interceptors.Server.Tests;

/// <summary>A server with all of the kit's interceptors that speaks one protocol, and a caller of it.</summary>
internal sealed class ProtocolServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Protocol _protocol;
    private readonly HttpMessageHandler _handler;
    private readonly string _address;
    private readonly GrpcChannel? _channel;
    private readonly CallInvoker _invoker = null!;

    private ProtocolServer(WebApplication app, Protocol protocol, LogCapture logs, string socket)
    {
        _app = app;
        _protocol = protocol;
        Logs = logs;
        _handler = protocol switch
        {
            Protocol.TestHost => app.GetTestServer().CreateHandler(),
            Protocol.UnixSocket => new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellationToken) =>
                {
                    var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                    return new NetworkStream(connection, ownsSocket: true);
                },
            },
            Protocol.GrpcWeb => new GrpcWebHandler(GrpcWebMode.GrpcWeb, new SocketsHttpHandler()),
            _ => new SocketsHttpHandler(),
        };
        _address = protocol is Protocol.TestHost or Protocol.UnixSocket ? "http://localhost" : app.Urls.Single();
        // A handler serves a channel or an HTTP client, not both.
        if (protocol == Protocol.JsonTranscoding)
            return;
        _channel = GrpcChannel.ForAddress(_address, new GrpcChannelOptions
        {
            HttpHandler = _handler,
            DisposeHttpClient = false,
            HttpVersion = protocol == Protocol.GrpcWeb ? HttpVersion.Version11 : HttpVersion.Version20,
        });
        _invoker = protocol == Protocol.CodeFirst
            ? _channel.Intercept(new RenamedService("interceptors.testing.CodeFirst"))
            : _channel.CreateCallInvoker();
    }

    public LogCapture Logs { get; }

    public IServiceProvider Services => _app.Services;

    public HandlerHook.Action Handler => Services.GetRequiredService<HandlerHook.Action>();

    public static async Task<ProtocolServer> StartAsync(Protocol protocol)
    {
        var logs = new LogCapture();
        var socket = Path.Combine(Path.GetTempPath(), $"interceptors-{Guid.NewGuid():N}.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(logs);
        if (protocol == Protocol.TestHost)
            builder.WebHost.UseTestServer();
        else if (protocol == Protocol.UnixSocket)
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, Http2));
        else
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
                IPAddress.Loopback, 0, protocol == Protocol.GrpcWeb ? static listen => listen.Protocols = HttpProtocols.Http1 : Http2));
        }
        builder.Services.AddSingleton<ProbeService.Observer>().AddSingleton<HandlerHook.Action>();
        builder.Services.AddServerInterceptors().AddStandard().AddStreamShutdown().AddTokenAuthentication(Tokens.Verifier())
            .AddLimits(static limits => limits.Server = new CallLimit { MaxConcurrentCalls = 1 })
            .AddCompression();
        builder.Services.AddGrpc(static options => options.Interceptors.Add<HandlerHook>()).AddJsonTranscoding();
        builder.Services.AddCodeFirstGrpc();
        var app = builder.Build();
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = protocol == Protocol.GrpcWeb });
        app.MapGrpcService<ProbeService>();
        app.MapGrpcService<TranscodedService>();
        app.MapGrpcService<CodeFirstService>();
        await app.StartAsync();
        return new ProtocolServer(app, protocol, logs, socket);

        static void Http2(ListenOptions listen) => listen.Protocols = HttpProtocols.Http2;
    }

    /// <summary>Makes a call that says a text again.</summary>
    public async Task<ProtocolAnswer> CallAsync(CallKind kind, string text, string? token = Tokens.Good)
    {
        var headers = new Metadata { { "x-trace-id", "t-matrix" } };
        if (token is not null)
            headers.Add("authorization", "Bearer " + token);
        if (_protocol == Protocol.JsonTranscoding)
            return await CallJsonAsync(kind, text, headers);
        try
        {
            return new ProtocolAnswer(
                StatusCode.OK, await CallProbeAsync(new Probe.ProbeClient(_invoker), kind, text, new CallOptions(headers)));
        }
        catch (RpcException exception)
        {
            return new ProtocolAnswer(exception.StatusCode, exception.Status.Detail);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        _handler.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Logs.Dispose();
    }

    private static async Task<string> CallProbeAsync(Probe.ProbeClient client, CallKind kind, string text, CallOptions options)
    {
        var request = new ProbeRequest { Text = text, Responses = 1 };
        switch (kind)
        {
            case CallKind.ClientStreaming:
                using (var upload = client.ClientStream(options))
                {
                    await SendAsync(upload.RequestStream, request);
                    return (await upload).Text;
                }
            case CallKind.ServerStreaming:
                using (var download = client.ServerStream(request, options))
                    return (await FirstAsync(download.ResponseStream.ReadAllAsync())).Text;
            case CallKind.Duplex:
                using (var duplex = client.Duplex(options))
                {
                    await SendAsync(duplex.RequestStream, request);
                    return (await FirstAsync(duplex.ResponseStream.ReadAllAsync())).Text;
                }
            default:
                return (await client.UnaryAsync(request, options)).Text;
        }
    }

    private async Task<ProtocolAnswer> CallJsonAsync(CallKind kind, string text, Metadata headers)
    {
        using var client = new HttpClient(_handler, disposeHandler: false)
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var header in headers)
            client.DefaultRequestHeaders.Add(header.Key, header.Value);
        var path = kind == CallKind.ServerStreaming ? $"/list?n=1&text={text}" : $"/get?text={text}";
        using var response = await client.GetAsync(new Uri(_address + path));
        var body = await response.Content.ReadAsStringAsync();
        var status = response.StatusCode switch
        {
            HttpStatusCode.OK => StatusCode.OK,
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.TooManyRequests => StatusCode.ResourceExhausted,
            HttpStatusCode.ServiceUnavailable => StatusCode.Unavailable,
            _ => StatusCode.Internal,
        };
        // The service numbers what it streams.
        return new ProtocolAnswer(status, status != StatusCode.OK ? body : body.Contains(text, StringComparison.Ordinal) ? text : body);
    }

    private static async Task SendAsync(IClientStreamWriter<ProbeRequest> requests, ProbeRequest request)
    {
        try
        {
            await requests.WriteAsync(request);
            await requests.CompleteAsync();
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or IOException)
        {
            // The call has ended by then; how, its response says.
        }
    }

    private static async Task<T> FirstAsync<T>(IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (var item in items)
            all.Add(item);
        return all[0];
    }
}

/// <summary>What the caller saw: the status, and the text that came back or says why not.</summary>
internal sealed record ProtocolAnswer(StatusCode Status, string Text);
