namespace Grpc.Core;

/// <summary>Put by generated code on a service's base class: where the method is that binds it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class BindServiceMethodAttribute : Attribute
{
    /// <summary>Names the method and the type that has it.</summary>
    public BindServiceMethodAttribute(Type bindType, string bindMethodName)
    {
        BindType = bindType;
        BindMethodName = bindMethodName;
    }

    /// <summary>The type that has the method.</summary>
    public Type BindType { get; }

    /// <summary>The method's name.</summary>
    public string BindMethodName { get; }
}
