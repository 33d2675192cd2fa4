using Grpc.Core;

namespace Interceptors.Server;

/// <summary>The status that a mapping produced for an exception.</summary>
/// <param name="Status">What the caller gets.</param>
/// <param name="Details">The google.rpc.Status to send with it; null for none.</param>
/// <param name="Problem">Why the user's mapping was not used; null if it was.</param>
/// <param name="Thrown">What the user's mapping threw, if that is the problem.</param>
internal readonly record struct MappedStatus(Status Status, byte[]? Details = null, string? Problem = null, Exception? Thrown = null);
