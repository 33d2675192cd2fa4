using Grpc.Core;

namespace Interceptors.Soak.Clients;

/// <param name="Kind">What kind of call it was.</param>
/// <param name="Started">When, on the clock of the run.</param>
/// <param name="Ended">When it failed.</param>
/// <param name="Status">How.</param>
internal sealed record FailedCall(string Kind, TimeSpan Started, TimeSpan Ended, Status Status);
