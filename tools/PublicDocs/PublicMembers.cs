using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Interceptors.PublicDocs;

/// <summary>
/// The types and members of an assembly that another one can use, as documentation names them. Overloads are not told apart.
/// </summary>
internal sealed class PublicMembers
{
    private readonly HashSet<string> _types = [];
    private readonly HashSet<string> _members = [];
    private readonly MetadataReader _reader;

    private PublicMembers(MetadataReader reader)
    {
        _reader = reader;
        foreach (var type in reader.TypeDefinitions.Select(reader.GetTypeDefinition).Where(IsVisible))
            Add(type);
    }

    public static PublicMembers Of(ZipArchiveEntry assembly)
    {
        using var stream = assembly.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        memory.Position = 0;
        using var image = new PEReader(memory);
        return new PublicMembers(image.GetMetadataReader());
    }

    /// <param name="id">Such as <c>M:Namespace.Type.Method(System.String)</c>.</param>
    public bool Contains(string id)
    {
        var name = id[2..].Split('(')[0].Split('~')[0];
        return id[0] == 'T' ? _types.Contains(name) : _members.Contains(name.Split("``")[0]);
    }

    private void Add(TypeDefinition type)
    {
        var name = NameOf(type);
        _types.Add(name);
        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition).Where(IsVisible))
            AddMember(name, method.Name);
        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition).Where(IsVisible))
            AddMember(name, field.Name);
        foreach (var property in type.GetProperties().Select(_reader.GetPropertyDefinition))
        {
            if (IsVisible(property.GetAccessors().Getter) || IsVisible(property.GetAccessors().Setter))
                AddMember(name, property.Name);
        }
        foreach (var @event in type.GetEvents().Select(_reader.GetEventDefinition).Where(e => IsVisible(e.GetAccessors().Adder)))
            AddMember(name, @event.Name);
    }

    // A dot within a member's name is written '#': '.ctor', and the names of explicit implementations.
    private void AddMember(string type, StringHandle member) =>
        _members.Add($"{type}.{_reader.GetString(member).Replace('.', '#')}");

    private string NameOf(TypeDefinition type)
    {
        var name = _reader.GetString(type.Name);
        if (type.GetDeclaringType() is { IsNil: false } outer)
            return $"{NameOf(_reader.GetTypeDefinition(outer))}.{name}";
        return type.Namespace.IsNil ? name : $"{_reader.GetString(type.Namespace)}.{name}";
    }

    private bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
            IsVisible(_reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private bool IsVisible(MethodDefinitionHandle method) => !method.IsNil && IsVisible(_reader.GetMethodDefinition(method));

    private static bool IsVisible(MethodDefinition method) => (method.Attributes & MethodAttributes.MemberAccessMask)
        is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsVisible(FieldDefinition field) => (field.Attributes & FieldAttributes.FieldAccessMask)
        is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;
}
