using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class MethodTest
{
    private static readonly Marshaller<string> Marshaller = Marshallers.StringMarshaller;

    [Fact]
    public void FullName_is_the_path_of_the_call() =>
        Assert.Equal("/a.B/C", new Method<string, string>(default, "a.B", "C", Marshaller, Marshaller).FullName);

    [Fact]
    public void Nothing_may_be_null()
    {
        Assert.Equal("serviceName", Missing(null!, "n", Marshaller, Marshaller));
        Assert.Equal("name", Missing("s", null!, Marshaller, Marshaller));
        Assert.Equal("requestMarshaller", Missing("s", "n", null!, Marshaller));
        Assert.Equal("responseMarshaller", Missing("s", "n", Marshaller, null!));
    }

    private static string? Missing(string service, string name, Marshaller<string> request, Marshaller<string> response) =>
        Assert.Throws<ArgumentNullException>(() => new Method<string, string>(default, service, name, request, response))
            .ParamName;
}
