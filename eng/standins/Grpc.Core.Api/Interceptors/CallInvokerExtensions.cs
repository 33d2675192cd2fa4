using Grpc.Core.Utils;

namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors before an invoker.</summary>
public static class CallInvokerExtensions
{
    /// <summary>An invoker whose calls pass the interceptor first.</summary>
    public static CallInvoker Intercept(this CallInvoker invoker, Interceptor interceptor) => new InterceptingCallInvoker(
        GrpcPreconditions.CheckNotNull(invoker, nameof(invoker)),
        GrpcPreconditions.CheckNotNull(interceptor, nameof(interceptor)));

    /// <summary>An invoker whose calls pass the interceptors in their order: the first is the outermost.</summary>
    public static CallInvoker Intercept(this CallInvoker invoker, params Interceptor[] interceptors)
    {
        GrpcPreconditions.CheckNotNull(invoker, nameof(invoker));
        GrpcPreconditions.CheckNotNull(interceptors, nameof(interceptors));
        return Enumerable.Reverse(interceptors).Aggregate(invoker, Intercept);
    }

    /// <summary>An invoker that lets the function change or replace the headers of every call.</summary>
    public static CallInvoker Intercept(this CallInvoker invoker, Func<Metadata, Metadata> interceptor) =>
        invoker.Intercept(new MetadataInterceptor(GrpcPreconditions.CheckNotNull(interceptor, nameof(interceptor))));
}
