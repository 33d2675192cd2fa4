using System.Collections.Frozen;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using RpcStatus = Google.Rpc.Status;

namespace Interceptors.Server;

/// <summary>The validated mappings of <see cref="RecoveryOptions"/>, ready for lookup.</summary>
internal sealed class StatusMapping
{
    private readonly FrozenDictionary<Type, ExceptionMapping> _byType;

    public StatusMapping(RecoveryOptions options)
    {
        new RecoveryOptionsValidator().Checked(Options.Create(options));
        _byType = options.Mappings.ToFrozenDictionary();
        MaxTrailerBytes = options.MaxTrailerBytes;
        OutgoingFailures = options.OutgoingFailures;
    }

    public static StatusMapping Default { get; } = new RecoveryOptions().Mapping;

    public int MaxTrailerBytes { get; }

    public OutgoingFailureHandling OutgoingFailures { get; }

    /// <summary>Never throws: a mapping that does, or that gives no failure, counts as none.</summary>
    /// <param name="cause">The exception.</param>
    /// <param name="outgoing">The same, if it is the failure of an outgoing call.</param>
    /// <param name="call">The call.</param>
    public MappedStatus Of(Exception cause, RpcException? outgoing, ServerCall call)
    {
        string? problem = null;
        Exception? thrown = null;
        try
        {
            switch (Describe(cause, outgoing is null ? typeof(Exception) : typeof(RpcException), call.Context))
            {
                case null when outgoing is not null:
                    return new MappedStatus(OutgoingFailureStatus.Of(outgoing.Status, OutgoingFailures, call.TraceId));
                case null:
                    break;
                case { } status when StatusText.IsFailure((StatusCode)status.Code):
                    return Usable(status, call);
                case { } status:
                    problem = $"gave the code {status.Code}, which is no failure of gRPC's";
                    break;
            }
        }
        catch (Exception exception)
        {
            problem = $"threw {exception.GetType()}";
            thrown = exception;
        }
        return new MappedStatus(
            new Status(StatusCode.Internal, StatusText.Fixed(StatusCode.Internal, call.TraceId)), Details: null, problem, thrown);
    }

    /// <param name="cause">The exception.</param>
    /// <param name="last">The last base type whose mapping counts.</param>
    /// <param name="context">The call.</param>
    private RpcStatus? Describe(Exception cause, Type last, ServerCallContext context)
    {
        for (var type = cause.GetType(); type?.IsAssignableTo(last) == true; type = type.BaseType)
        {
            if (_byType.TryGetValue(type, out var mapping) && mapping.Describe(cause, context) is { } status)
                return status;
        }
        return null;
    }

    private MappedStatus Usable(RpcStatus status, ServerCall call)
    {
        var code = (StatusCode)status.Code;
        var text = status.Message.Length == 0 ? StatusText.Fixed(code, call.TraceId)
            : StatusText.Bounded(status.Message, MaxTrailerBytes / 2);
        if (status.Details.Count == 0)
            return new MappedStatus(new Status(code, text));
        // Clients compare it with grpc-status and grpc-message. A copy, because the user's may be shared.
        var details = new RpcStatus { Code = status.Code, Message = text, Details = { status.Details } };
        return new MappedStatus(new Status(code, text), details.ToByteArray());
    }
}
