namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors before a channel.</summary>
public static class ChannelExtensions
{
    /// <summary>An invoker over the channel whose calls pass the interceptor first.</summary>
    public static CallInvoker Intercept(this ChannelBase channel, Interceptor interceptor) =>
        channel.CreateCallInvoker().Intercept(interceptor);

    /// <summary>An invoker over the channel whose calls pass the interceptors in order: the first is the outermost.</summary>
    public static CallInvoker Intercept(this ChannelBase channel, params Interceptor[] interceptors) =>
        channel.CreateCallInvoker().Intercept(interceptors);

    /// <summary>An invoker over the channel that lets the function change or replace the headers of every call.</summary>
    public static CallInvoker Intercept(this ChannelBase channel, Func<Metadata, Metadata> interceptor) =>
        channel.CreateCallInvoker().Intercept(interceptor);
}
