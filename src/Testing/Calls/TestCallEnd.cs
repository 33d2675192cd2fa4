using System.Runtime.ExceptionServices;
using Grpc.Core;

namespace Interceptors.Testing.Calls;

/// <summary>How a call has ended.</summary>
internal sealed class TestCallEnd(Status status, Metadata trailers, bool byClient = false)
{
    private readonly Exception? _mistake;

    /// <summary>The handler failed with something other than a status: a mistake in the test, which it is to see as it is.</summary>
    public TestCallEnd(Exception mistake)
        : this(new Status(StatusCode.Unknown, mistake.Message, mistake), [])
    {
        _mistake = mistake;
    }

    public Status Status => status;

    public Metadata Trailers => trailers;

    /// <summary>Token, deadline or Dispose: responses that were not read are lost.</summary>
    public bool ByClient => byClient;

    /// <summary>Null on success. A new one each time: stack traces are of their own.</summary>
    public Exception? Failure => _mistake ?? (status.StatusCode == StatusCode.OK ? null : new RpcException(status, trailers));

    public void ThrowIfFailed()
    {
        if (Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }
}
