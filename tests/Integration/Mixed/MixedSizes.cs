using Grpc.AspNetCore.Server;
using Grpc.Net.Client;

namespace Interceptors.Integration.Tests;

/// <summary>The largest messages, in bytes, far enough apart that a text as long as one limit breaks that one and none above.</summary>
internal static class MixedSizes
{
    public const int ClientReceives = 16 * 1024;
    public const int ServerSends = 2 * ClientReceives;
    public const int ServerReceives = 2 * ServerSends;
    public const int ClientSends = 2 * ServerReceives;

    public static void Limit(GrpcServiceOptions server)
    {
        server.MaxReceiveMessageSize = ServerReceives;
        server.MaxSendMessageSize = ServerSends;
    }

    public static void Limit(GrpcChannelOptions client)
    {
        client.MaxReceiveMessageSize = ClientReceives;
        client.MaxSendMessageSize = ClientSends;
    }
}
