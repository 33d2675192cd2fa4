using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Interceptors.Discovery.AspNetCore.Protocol;
using State = Interceptors.Discovery.AspNetCore.Protocol.ChannelConnectivityState.Types.State;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>What channelz says of a channel and an endpoint.</summary>
internal static class ChannelzMessages
{
    public static Channel Of(TargetInspection target)
    {
        var name = ShownText.Of(target.Target)!;
        var channel = new Channel
        {
            Ref = new ChannelRef { ChannelId = ChannelzReading.IdOf(target), Name = name },
            Data = Data(StateOf(target.State), name, target.Calls, target.StaleReason, target.StaleSince),
        };
        channel.SubchannelRef.AddRange(target.Endpoints.Select(RefOf));
        return channel;
    }

    public static Subchannel Of(EndpointInspection endpoint)
    {
        var subchannel = new Subchannel
        {
            Ref = RefOf(endpoint),
            Data = Data(
                StateOf(endpoint.Condition), ShownText.Of(endpoint.Endpoint.Address)!, endpoint.Calls, endpoint.Problem, since: null),
        };
        if (endpoint.IsConnected)
            subchannel.SocketRef.Add(SocketRefOf(endpoint));
        return subchannel;
    }

    public static Socket SocketOf(EndpointInspection endpoint)
    {
        var calls = endpoint.Calls ?? CallCounts.None;
        return new Socket
        {
            Ref = SocketRefOf(endpoint),
            Remote = AddressOf(endpoint.Endpoint),
            Data = new SocketData
            {
                StreamsStarted = calls.Started,
                StreamsSucceeded = calls.Calls - calls.Failed,
                StreamsFailed = calls.Failed + calls.Abandoned,
                LastLocalStreamCreatedTimestamp = calls.LastStarted?.ToTimestamp(),
                // It says more than a state of TCP: an endpoint that is connected may be ejected, or not healthy.
                Option = { new SocketOption { Name = "STATE", Value = endpoint.Condition.ToString().ToUpperInvariant() } },
            },
        };
    }

    private static SubchannelRef RefOf(EndpointInspection endpoint) =>
        new() { SubchannelId = ChannelzReading.IdOf(endpoint), Name = ShownText.Of(endpoint.Endpoint.Address)! };

    private static SocketRef SocketRefOf(EndpointInspection endpoint) =>
        new() { SocketId = ChannelzReading.SocketIdOf(endpoint), Name = ShownText.Of(endpoint.Endpoint.Address)! };

    private static ChannelData Data(State state, string target, CallCounts? counts, string? problem, DateTimeOffset? since)
    {
        var calls = counts ?? CallCounts.None;
        return new ChannelData
        {
            State = new ChannelConnectivityState { State = state },
            Target = target,
            Trace = problem is null ? null : new ChannelTrace
            {
                NumEventsLogged = 1,
                Events =
                {
                    new ChannelTraceEvent
                    {
                        Description = ShownText.Of(problem)!,
                        Severity = ChannelTraceEvent.Types.Severity.CtWarning,
                        Timestamp = since?.ToTimestamp(),
                    },
                },
            },
            CallsStarted = calls.Started,
            CallsSucceeded = calls.Calls - calls.Failed,
            CallsFailed = calls.Failed + calls.Abandoned,
            LastCallStartedTimestamp = calls.LastStarted?.ToTimestamp(),
        };
    }

    private static State StateOf(ConnectivityState state) => state switch
    {
        ConnectivityState.Idle => State.Idle,
        ConnectivityState.Connecting => State.Connecting,
        ConnectivityState.Ready => State.Ready,
        ConnectivityState.TransientFailure => State.TransientFailure,
        ConnectivityState.Shutdown => State.Shutdown,
        _ => State.Unknown,
    };

    /// <summary>An ejected endpoint is to its channel as one that fails (gRFC A50).</summary>
    private static State StateOf(EndpointCondition condition) => condition switch
    {
        EndpointCondition.Idle => State.Idle,
        EndpointCondition.Connecting => State.Connecting,
        EndpointCondition.Ready => State.Ready,
        EndpointCondition.Failing or EndpointCondition.Ejected => State.TransientFailure,
        _ => State.Unknown,
    };

    private static Address AddressOf(DiscoveryEndpoint endpoint)
    {
        if (endpoint.UnixSocketPath is { } path)
            return new Address { UdsAddress = new Address.Types.UdsAddress { Filename = ShownText.Of(path)! } };
        return IPAddress.TryParse(endpoint.Host, out var ip)
            ? new Address
            {
                TcpipAddress = new Address.Types.TcpIpAddress
                {
                    IpAddress = ByteString.CopyFrom(ip.GetAddressBytes()),
                    Port = endpoint.Port,
                },
            }
            : new Address { OtherAddress = new Address.Types.OtherAddress { Name = ShownText.Of(endpoint.Address)! } };
    }
}
