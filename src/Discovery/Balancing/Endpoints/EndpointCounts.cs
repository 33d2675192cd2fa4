namespace Interceptors.Discovery;

/// <summary>How many endpoints there are of each kind.</summary>
/// <param name="Ready">They can take calls.</param>
/// <param name="Pending">They are being connected, or asked for their health.</param>
/// <param name="Failing">They could not be connected, or are not healthy.</param>
/// <param name="Ejected">They could take calls, but are left out because their calls failed.</param>
internal readonly record struct EndpointCounts(int Ready, int Pending, int Failing, int Ejected)
{
    public static EndpointCounts operator +(EndpointCounts one, EndpointCounts other) => new(
        one.Ready + other.Ready, one.Pending + other.Pending, one.Failing + other.Failing, one.Ejected + other.Ejected);
}
