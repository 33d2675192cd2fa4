using System.Collections;
using Interceptors.Testing;

namespace Interceptors.Server.Tests;

/// <summary>Exceptions that throw when one looks at them.</summary>
internal sealed class UnreadableException : Exception
{
    public override string Message => throw new InvalidOperationException($"no message, {ProbeService.Secret}");

    public override string? StackTrace => throw new InvalidOperationException($"no stack, {ProbeService.Secret}");

    public override IDictionary Data => throw new InvalidOperationException($"no data, {ProbeService.Secret}");

    public override string? Source => throw new InvalidOperationException($"no source, {ProbeService.Secret}");

    public override int GetHashCode() => throw new InvalidOperationException($"no hash, {ProbeService.Secret}");

    public override bool Equals(object? obj) => throw new InvalidOperationException($"not equal, {ProbeService.Secret}");

    public override Exception GetBaseException() => throw new InvalidOperationException($"no base, {ProbeService.Secret}");

    public override string ToString() => throw new InvalidOperationException($"no text, {ProbeService.Secret}");
}

internal sealed class UnwritableException : Exception
{
    public override string ToString() => throw new UnreadableException();
}

internal sealed class UnreadableArgumentException : ArgumentException
{
    public override string Message => throw new UnreadableException();
}

internal class SecretException() : Exception($"the password is {ProbeService.Secret}");

internal sealed class MoreSecretException : SecretException;

internal sealed class Hunter2Exception : Exception;
