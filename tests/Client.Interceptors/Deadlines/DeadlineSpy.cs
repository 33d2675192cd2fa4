using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Client.Tests;

/// <summary>Stands inside of the interceptor under test and keeps the options that arrive.</summary>
internal sealed class DeadlineSpy : Interceptor
{
    private static readonly Marshaller<string> Text = Marshallers.StringMarshaller;

    public CallOptions Options { get; private set; }

    /// <summary>The deadline that an interceptor gives to a call that is never sent.</summary>
    public static DateTime? DeadlineOf(ClientInterceptor interceptor, string method, MethodType type, CallOptions options)
    {
        var names = method.Split('/');
        var invented = new Method<string, string>(type, names[0], names[1], Text, Text);
        DateTime? deadline = null;
        interceptor.AsyncUnaryCall("", new ClientInterceptorContext<string, string>(invented, null, options), (_, context) =>
        {
            deadline = context.Options.Deadline;
            return new AsyncUnaryCall<string>(Task.FromResult(""), Task.FromResult(new Metadata()), () => default, () => [], () => { });
        });
        return deadline;
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        Options = context.Options;
        return continuation(request, context);
    }
}
