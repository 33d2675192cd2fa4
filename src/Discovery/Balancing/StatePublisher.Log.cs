using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class StatePublisher
{
    [LoggerMessage(3613, LogLevel.Error, "The channel has not taken over that it is {State}")]
    private static partial void LogNotTold(ILogger logger, ConnectivityState state, Exception exception);
}
