using Grpc.Core;
using Interceptors.Discovery.AspNetCore.Protocol;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>Answers channelz of the discovery channels. Servers of this process are Kestrel's, which counts nothing for it.</summary>
internal sealed class ChannelzService(ChannelzReader reader) : Protocol.Channelz.ChannelzBase
{
    public const string Name = "grpc.channelz.v1.Channelz";

    private const int LongestPage = 100;

    // Some 30 bytes each; a client takes 4 MiB. A channel is never split.
    private const int MostSubchannels = 20_000;

    public override Task<GetTopChannelsResponse> GetTopChannels(GetTopChannelsRequest request, ServerCallContext context)
    {
        ThrowIfNegative(request.StartChannelId, "start_channel_id");
        ThrowIfNegative(request.MaxResults, "max_results");
        var longest = request.MaxResults is > 0 and < LongestPage ? (int)request.MaxResults : LongestPage;
        var response = new GetTopChannelsResponse { End = true };
        var subchannels = 0;
        foreach (var channel in reader.Read().Channels.SkipWhile(channel => ChannelzReading.IdOf(channel) < request.StartChannelId))
        {
            subchannels += channel.Endpoints.Count;
            if (response.Channel.Count == longest || (subchannels > MostSubchannels && response.Channel.Count > 0))
            {
                response.End = false;
                break;
            }

            response.Channel.Add(ChannelzMessages.Of(channel));
        }

        return Task.FromResult(response);
    }

    public override Task<GetServersResponse> GetServers(GetServersRequest request, ServerCallContext context)
    {
        ThrowIfNegative(request.StartServerId, "start_server_id");
        ThrowIfNegative(request.MaxResults, "max_results");
        return Task.FromResult(new GetServersResponse { End = true });
    }

    public override Task<GetServerSocketsResponse> GetServerSockets(GetServerSocketsRequest request, ServerCallContext context) =>
        throw NotFound("server", request.ServerId);

    public override Task<GetChannelResponse> GetChannel(GetChannelRequest request, ServerCallContext context) =>
        Task.FromResult(new GetChannelResponse
        {
            Channel = ChannelzMessages.Of(
                reader.Read().Channel(request.ChannelId) ?? throw NotFound("channel", request.ChannelId)),
        });

    public override Task<GetSubchannelResponse> GetSubchannel(GetSubchannelRequest request, ServerCallContext context) =>
        Task.FromResult(new GetSubchannelResponse
        {
            Subchannel = ChannelzMessages.Of(
                reader.Read().Subchannel(request.SubchannelId) ?? throw NotFound("subchannel", request.SubchannelId)),
        });

    public override Task<GetSocketResponse> GetSocket(GetSocketRequest request, ServerCallContext context) =>
        Task.FromResult(new GetSocketResponse
        {
            Socket = ChannelzMessages.SocketOf(reader.Read().Socket(request.SocketId) ?? throw NotFound("socket", request.SocketId)),
        });

    private static RpcException NotFound(string kind, long id) => new(new Status(StatusCode.NotFound, $"There is no {kind} {id}."));

    private static void ThrowIfNegative(long value, string field)
    {
        if (value < 0)
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"{field} is {value}. Give 0 or a positive number."));
    }
}
