using System.Reflection;

namespace Interceptors.Testing;

/// <summary>Writes types the way C# source names them: keywords, no namespace, type arguments, nullability.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(double)] = "double",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(void)] = "void",
    };

    public static string Of(Type type)
    {
        if (type.IsArray)
        {
            return Of(type.GetElementType()!) + "[]";
        }

        if (type.IsByRef)
        {
            return "ref " + Of(type.GetElementType()!);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        return Keywords.TryGetValue(type, out var keyword) ? keyword : Qualified(type) + Arguments(type);
    }

    /// <summary>The type with a question mark wherever its declaration says that null is allowed, arguments included.</summary>
    public static string Of(NullabilityInfo nullability)
    {
        var type = nullability.Type;
        if (Nullable.GetUnderlyingType(type) is not null)
        {
            return Of(type);
        }

        var name = nullability switch
        {
            { Type.IsByRef: true } => Of(type),
            { ElementType: { } element } => Of(element) + "[]",
            { GenericTypeArguments: { Length: > 0 } arguments } =>
                $"{Qualified(type)}<{string.Join(", ", arguments.Select(Of))}>",
            _ => Of(type),
        };

        // Whether an unconstrained type parameter may be null is for its argument to say.
        var mayBeNull = nullability.ReadState == NullabilityState.Nullable && !type.IsValueType && !type.IsGenericParameter;
        return mayBeNull ? name + "?" : name;
    }

    /// <summary>The full name that heads a type's block in the listing.</summary>
    public static string Heading(Type type) => $"{type.Namespace}.{Qualified(type)}{Arguments(type)}";

    private static string Qualified(Type type)
    {
        var name = type.Name.Split('`')[0];
        return type is { IsNested: true, IsGenericParameter: false } ? $"{Qualified(type.DeclaringType!)}.{name}" : name;
    }

    private static string Arguments(Type type) =>
        type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(Argument))}>" : "";

    private static string Argument(Type argument)
    {
        var variance = argument.IsGenericTypeParameter ? argument.GenericParameterAttributes : GenericParameterAttributes.None;
        return (variance & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out " + Of(argument),
            GenericParameterAttributes.Contravariant => "in " + Of(argument),
            _ => Of(argument),
        };
    }
}
