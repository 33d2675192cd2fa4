using System.Reflection;

namespace Interceptors.Testing;

/// <summary>What an assembly shows to others: a line for each type, then an indented line for each of its members.</summary>
internal static class SurfaceListing
{
    public static IEnumerable<string> Of(Assembly assembly) =>
        from type in assembly.GetTypes()
        where IsVisible(type)
        orderby TypeNames.Heading(type)
        from line in MemberLinesOf(type).Prepend(Heading(type))
        select line;

    /// <summary>
    /// Lines that stand on their own: each member is preceded by the type that declares it, so that two listings compare as sets.
    /// </summary>
    public static IReadOnlySet<string> Flatten(IEnumerable<string> listing)
    {
        var flat = new SortedSet<string>(StringComparer.Ordinal);
        var type = "";
        foreach (var line in listing.Where(line => line.Length > 0 && line[0] != '#'))
        {
            type = line[0] == ' ' ? type : line;
            flat.Add(line[0] == ' ' ? $"{type}\n    {line.Trim()}" : line);
        }

        return flat;
    }

    private static IEnumerable<string> MemberLinesOf(Type type) =>
        typeof(Delegate).IsAssignableFrom(type) ? [] : MemberLines.Of(type).Select(line => "  " + line);

    private static string Heading(Type type)
    {
        var access = type.IsNestedFamORAssem ? "protected internal" : type.IsNestedFamily ? "protected" : "public";
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"{access} delegate {MemberLines.Signature(invoke, TypeNames.Heading(type), type.GetGenericArguments())}";
        }

        var flags = type.IsDefined(typeof(FlagsAttribute), inherit: false) ? "[Flags] " : "";
        var constraints = MemberLines.Constraints(type.GetGenericArguments());
        return $"{flags}{access} {Kind(type)} {TypeNames.Heading(type)}{Bases(type)}{constraints}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        if (type.IsEnum)
        {
            return "";
        }

        var implemented = type.GetInterfaces().Where(IsVisible).Except(type.BaseType?.GetInterfaces() ?? []);
        var bases = implemented.Prepend(type.BaseType).OfType<Type>()
            .Where(parent => parent != typeof(object) && parent != typeof(ValueType))
            .Select(TypeNames.Of)
            .ToList();
        return bases.Count == 0 ? "" : " : " + string.Join(", ", bases);
    }

    private static bool IsVisible(Type type) =>
        type.IsPublic
        || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!));
}
