using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Interceptors.Server;

/// <summary>The mapping of one exception type to a status.</summary>
/// <param name="Describe">Makes the status; null leaves it to the mapping of a base type.</param>
/// <param name="Code">The code, if it is always the same.</param>
internal sealed record ExceptionMapping(Func<Exception, ServerCallContext, RpcStatus?> Describe, StatusCode? Code);
