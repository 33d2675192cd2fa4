using System.Reflection;

namespace Grpc.Core;

public abstract partial class ClientBase
{
    /// <summary>
    /// What a debugger shows of a client. Generated code nests the client in a static class that holds the service's name and
    /// its methods in private fields; a client written by hand shows neither.
    /// </summary>
    internal sealed class ClientBaseDebugType
    {
        private const BindingFlags GeneratedFields = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        public ClientBaseDebugType(ClientBase client)
        {
            CallInvoker = client.CallInvoker;
            var service = client.GetType().DeclaringType;
            Service = service?.GetField("__ServiceName", GeneratedFields)?.GetValue(null) as string;
            Methods = Service is null ? null : [.. MethodsOf(service!)];
        }

        public CallInvoker CallInvoker { get; }

        public string? Service { get; }

        public List<IMethod>? Methods { get; }

        private static IEnumerable<IMethod> MethodsOf(Type service) =>
            from field in service.GetFields(GeneratedFields)
            where field.Name.StartsWith("__Method_", StringComparison.Ordinal)
            where typeof(IMethod).IsAssignableFrom(field.FieldType)
            select (IMethod)field.GetValue(null)!;
    }
}
