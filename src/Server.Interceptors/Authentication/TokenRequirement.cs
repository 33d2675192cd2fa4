namespace Interceptors.Server;

/// <summary>Whether a method needs an access token.</summary>
internal enum TokenRequirement
{
    Required,

    /// <summary>A good one is taken, any other ignored.</summary>
    Optional,

    /// <summary>None is looked at.</summary>
    None,
}
