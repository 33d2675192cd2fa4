namespace Grpc.Core;

/// <summary>A method of a service, without the types of its messages.</summary>
public interface IMethod
{
    /// <summary>Which of the two sides streams.</summary>
    MethodType Type { get; }

    /// <summary>The service's name, package included.</summary>
    string ServiceName { get; }

    /// <summary>The method's name.</summary>
    string Name { get; }

    /// <summary>The path of the call: <c>/service/method</c>.</summary>
    string FullName { get; }
}
