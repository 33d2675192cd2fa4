namespace Interceptors.Discovery;

/// <summary>Checks what a load balancing policy is told.</summary>
/// <param name="configuration">Texts, booleans, longs, doubles, and lists and dictionaries of them.</param>
/// <param name="warnings">Told what is ignored, like the result to be read after the path of the policy.</param>
/// <returns>
/// What is wrong, to be read after the path of the policy: <c>.choices is 1. Give 2 or more.</c> Null if it is right.
/// </returns>
internal delegate string? PolicyCheck(IReadOnlyDictionary<string, object> configuration, ICollection<string> warnings);
