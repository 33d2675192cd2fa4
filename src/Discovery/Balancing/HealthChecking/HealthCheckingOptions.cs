namespace Interceptors.Discovery;

/// <summary>
/// Asks each connected endpoint with <c>grpc.health.v1.Health/Watch</c>, and gives calls only to those that answer <c>SERVING</c>
/// (gRFC A17). An endpoint without a health service counts as healthy.
/// </summary>
public sealed record HealthCheckingOptions : BalancingSection
{
    /// <summary>
    /// The service whose health is watched, for example <c>acme.Users</c>. Default: empty, the whole server.
    /// </summary>
    public string ServiceName { get; set; } = "";

    internal override IEnumerable<string> Problems()
    {
        if (ServiceName is null)
            yield return $"{nameof(ServiceName)} is null. Give a name, or nothing for the server as a whole.";
    }

    internal static readonly string[] Fields = ["serviceName"];

    internal static HealthCheckingOptions Read(ConfigurationSection section)
    {
        return section.Checked(new HealthCheckingOptions { ServiceName = section.Text("serviceName") ?? "" });
    }
}
