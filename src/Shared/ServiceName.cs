namespace Interceptors;

internal static class ServiceName
{
    public const string Rule = "a name such as user or team/user: letters, digits and . _ ~ @ : + -, parts separated by single slashes";

    /// <summary>
    /// Names that are safe in a key and in a target alike; anything else would be found under another name than
    /// registered.
    /// </summary>
    public static bool IsValid(string? service) =>
        !string.IsNullOrEmpty(service) && Array.TrueForAll(service.Split('/'), IsValidPart);

    /// <summary>One part of a key: a service name without slashes, or an instance id.</summary>
    public static bool IsValidPart(string? part) =>
        !string.IsNullOrEmpty(part) && part is not ("." or "..")
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '~' or '@' or ':' or '+' or '-' or '[' or ']');

    public static void ThrowIfInvalid(string? service, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(service, parameter);
        if (!IsValid(service))
            throw new ArgumentException($"'{service}' is not a service name: give {Rule}.", parameter);
    }
}
