namespace Interceptors.Discovery;

/// <summary>A copy of the options, equal to another if all their values are.</summary>
internal sealed class ServiceConfigChoice(ServiceConfigOptions options) : IEquatable<ServiceConfigChoice>
{
    public ServiceConfigOptions Options { get; } = options.Copy();

    public bool Equals(ServiceConfigChoice? other) => other is not null && Options.Values().Equals(other.Options.Values());

    public override bool Equals(object? obj) => Equals(obj as ServiceConfigChoice);

    public override int GetHashCode() => Options.Values().GetHashCode();
}
