using System.Globalization;
using System.Text;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery.Tests;

/// <summary>Channels to a backend under a service config.</summary>
internal static class Configured
{
    public const string Service = "interceptors.testing.Probe";

    /// <summary>A config whose one entry, for the probe service, holds these fields.</summary>
    public static string Methods(string fields) => $$"""{"methodConfig":[{"name":[{"service":"{{Service}}"}],{{fields}}}]}""";

    public static string Retries(int attempts) => Methods(string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        "retryPolicy":{"maxAttempts":{{attempts}},
        "initialBackoff":"0.001s","maxBackoff":"0.001s","backoffMultiplier":1,"retryableStatusCodes":["NOT_FOUND"]}
        """));

    public static ConfiguredService Open(
        string addresses, ServiceConfigOptions options, ILogger? logger = null, MeterCapture? meters = null, EtcdClient? etcd = null) =>
        new(addresses, options, logger ?? NullLogger.Instance, meters, etcd);

    public static ConfiguredService Open(Backend backend, string json) => Open(backend.Address, new ServiceConfigOptions { Json = json });

    public static Probe.ProbeClient Client(this ConfiguredService channel) => new(channel.Invoker);

    /// <summary>How many attempts the backend sees of a call that fails with NotFound.</summary>
    public static async Task<int> AttemptsAsync(this Backend backend, ConfiguredService channel)
    {
        var before = backend.Calls;
        await Assert.ThrowsAsync<RpcException>(
            () => channel.Client().UnaryAsync(new ProbeRequest { Ending = Ending.ThrowStatus }).ResponseAsync);
        return backend.Calls - before;
    }

    /// <summary>How long the backend thinks that a call has, in seconds; null for no deadline.</summary>
    public static async Task<double?> DeadlineAsync(this Backend backend, ConfiguredService channel, CallOptions options = default)
    {
        DateTime? deadline = null;
        backend.Observer.OnCall = context =>
        {
            deadline = context.Deadline;
            return Task.CompletedTask;
        };
        await channel.Client().UnaryAsync(new ProbeRequest(), options);
        return deadline == DateTime.MaxValue ? null : (deadline - DateTime.UtcNow)?.TotalSeconds;
    }

    public static ReadOnlyMemory<byte> Bytes(string json) => Encoding.UTF8.GetBytes(json);

    /// <summary>Makes a call to its end; the text of the last response.</summary>
    public static async Task<string> CallAsync(this ConfiguredService channel, CallKind kind, ProbeRequest request)
    {
        var client = channel.Client();
        switch (kind)
        {
            case CallKind.BlockingUnary:
                return client.Unary(request).Text;
            case CallKind.Unary:
                return (await client.UnaryAsync(request)).Text;
            case CallKind.ClientStreaming:
                using (var call = client.ClientStream())
                {
                    await call.RequestStream.WriteAsync(request);
                    await call.RequestStream.CompleteAsync();
                    return (await call).Text;
                }

            case CallKind.ServerStreaming:
                using (var call = client.ServerStream(request))
                    return await ReadAsync(call.ResponseStream);
            default:
                using (var call = client.Duplex())
                {
                    await call.RequestStream.WriteAsync(request);
                    await call.RequestStream.CompleteAsync();
                    return await ReadAsync(call.ResponseStream);
                }
        }
    }

    private static async Task<string> ReadAsync(IAsyncStreamReader<ProbeResponse> responses)
    {
        var last = "";
        while (await responses.MoveNext())
            last = responses.Current.Text;
        return last;
    }
}
