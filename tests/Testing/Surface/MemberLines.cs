using System.Reflection;
using System.Runtime.CompilerServices;

namespace Interceptors.Testing;

/// <summary>One line for each member that code outside the assembly can see: public, protected and protected internal.</summary>
internal static class MemberLines
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetValues(type).Cast<Enum>().Select(value => $"{value} = {value:D}");
        }

        return type.GetConstructors(Declared).Where(IsVisible).Select(ctor => $"{Modifiers(ctor)}ctor({Parameters(ctor)})")
            .Concat(type.GetFields(Declared).Where(IsVisible).Select(Field))
            .Concat(type.GetProperties(Declared).Where(p => p.GetAccessors(nonPublic: true).Any(IsVisible)).Select(Property))
            .Concat(type.GetMethods(Declared).Where(m => IsVisible(m) && (!m.IsSpecialName || IsOperator(m))).Select(Method));
    }

    /// <summary>Parameters, nullability and constraints of a method or a delegate's Invoke.</summary>
    public static string Signature(MethodInfo method, string name, Type[] genericParameters)
    {
        var typeParameters = genericParameters.Length == 0 || !method.IsGenericMethod
            ? ""
            : $"<{string.Join(", ", genericParameters.Select(p => p.Name))}>";
        var returned = TypeNames.Of(new NullabilityInfoContext().Create(method.ReturnParameter));
        return $"{returned} {name}{typeParameters}({Parameters(method)}){Constraints(genericParameters)}";
    }

    public static string Constraints(IEnumerable<Type> genericParameters) => string.Concat(
        from parameter in genericParameters
        let required = (parameter.GenericParameterAttributes & GenericParameterAttributes.ReferenceTypeConstraint) != 0
            ? ["class"]
            : parameter.GetGenericParameterConstraints().Select(TypeNames.Of).ToArray()
        where required.Length > 0
        select $" where {parameter.Name} : {string.Join(", ", required)}");

    private static string Method(MethodInfo method) =>
        Modifiers(method) + Signature(method, method.Name, method.GetGenericArguments());

    private static string Field(FieldInfo field)
    {
        var type = TypeNames.Of(new NullabilityInfoContext().Create(field));
        var access = field.IsPublic ? "public" : "protected";
        return field.IsLiteral
            ? $"{access} const {type} {field.Name} = \"{field.GetRawConstantValue()}\""
            : $"{access} {(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToList();
        var index = property.GetIndexParameters() is { Length: > 0 } parameters
            ? $"[{string.Join(", ", parameters.Select(p => TypeNames.Of(p.ParameterType)))}]"
            : "";
        var type = TypeNames.Of(new NullabilityInfoContext().Create(property));
        var kinds = string.Concat(accessors.Select(a => a.ReturnType == typeof(void) ? "set; " : "get; "));
        return $"{Modifiers(accessors[0])}{type} {property.Name}{index} {{ {kinds}}}";
    }

    private static string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        return extension + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var variadic = parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) ? "params " : "";
        var type = TypeNames.Of(new NullabilityInfoContext().Create(parameter));
        var value = !parameter.HasDefaultValue ? "" : " = " + (parameter.RawDefaultValue ?? "default");
        return $"{variadic}{type} {parameter.Name}{value}";
    }

    private static string Modifiers(MethodBase method)
    {
        var access = method.IsPublic ? "public " : method.IsFamilyOrAssembly ? "protected internal " : "protected ";
        if (method.IsStatic)
        {
            return access + "static ";
        }

        if (method.DeclaringType!.IsInterface)
        {
            return access + (method.IsAbstract ? "" : "virtual ");
        }

        // A method that merely implements an interface is virtual and final: source doesn't say so.
        return access + method switch
        {
            { IsAbstract: true } => "abstract ",
            MethodInfo info when info.GetBaseDefinition() != info => "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
    }

    private static bool IsOperator(MethodBase method) => method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;
}
