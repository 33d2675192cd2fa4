using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>The probe's methods with marshallers that fail where the plan says so.</summary>
internal static class MixedMethods
{
    private static readonly Marshaller<ProbeRequest> Requests =
        Marshallers.Create(static request => request.ToByteArray(), ProbeRequest.Parser.ParseFrom);

    private static readonly Marshaller<ProbeResponse> Responses =
        Marshallers.Create(static response => response.ToByteArray(), ProbeResponse.Parser.ParseFrom);

    /// <summary>A field that is longer than the message.</summary>
    private static readonly Marshaller<ProbeRequest> UndecodableRequests =
        Marshallers.Create(static _ => [0x0a, 0x7f, .. Encoding.ASCII.GetBytes(MixedCall.Marker)], ProbeRequest.Parser.ParseFrom);

    private static readonly Marshaller<ProbeResponse> UndecodableResponses =
        Marshallers.Create<ProbeResponse>(
            static response => response.ToByteArray(), static _ => throw new InvalidDataException("undecodable"));

    public static Method<ProbeRequest, ProbeResponse> Of(MixedCall call)
    {
        var (type, name) = call.Kind switch
        {
            CallKind.ClientStreaming => (MethodType.ClientStreaming, "ClientStream"),
            CallKind.ServerStreaming => (MethodType.ServerStreaming, "ServerStream"),
            CallKind.Duplex => (MethodType.DuplexStreaming, "Duplex"),
            _ => (MethodType.Unary, "Unary"),
        };
        return new Method<ProbeRequest, ProbeResponse>(
            type,
            "interceptors.testing.Probe",
            call.End == MixedEnd.UnknownMethod ? "Missing" : name,
            call.End == MixedEnd.UndecodableRequest ? UndecodableRequests : Requests,
            call.End == MixedEnd.UndecodableResponse ? UndecodableResponses : Responses);
    }
}
