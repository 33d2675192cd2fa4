using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core.Utils;

/// <summary>Checks of arguments and state, public because generated code of old times calls them.</summary>
public static class GrpcPreconditions
{
    /// <summary>Throws unless the condition holds.</summary>
    /// <exception cref="ArgumentException">It doesn't.</exception>
    public static void CheckArgument([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
        {
            throw new ArgumentException();
        }
    }

    /// <summary>Throws with the message unless the condition holds.</summary>
    /// <exception cref="ArgumentException">It doesn't.</exception>
    public static void CheckArgument([DoesNotReturnIf(false)] bool condition, string errorMessage)
    {
        if (!condition)
        {
            throw new ArgumentException(errorMessage);
        }
    }

    /// <summary>The reference itself.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public static T CheckNotNull<T>([NotNull] T? reference) => reference ?? throw new ArgumentNullException();

    /// <summary>The reference itself.</summary>
    /// <exception cref="ArgumentNullException">It is null; the exception names the parameter.</exception>
    public static T CheckNotNull<T>([NotNull] T? reference, string paramName) =>
        reference ?? throw new ArgumentNullException(paramName);

    /// <summary>Throws unless the condition holds.</summary>
    /// <exception cref="InvalidOperationException">It doesn't.</exception>
    public static void CheckState([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException();
        }
    }

    /// <summary>Throws with the message unless the condition holds.</summary>
    /// <exception cref="InvalidOperationException">It doesn't.</exception>
    public static void CheckState([DoesNotReturnIf(false)] bool condition, string errorMessage)
    {
        if (!condition)
        {
            throw new InvalidOperationException(errorMessage);
        }
    }
}
