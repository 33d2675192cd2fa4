namespace Interceptors.Server;

/// <summary>A handler of one of the four kinds together with its arguments, so that the flow around it is written once.</summary>
/// <typeparam name="TResult">The response, or <see cref="NoResponse"/>.</typeparam>
internal interface ICallHandler<TResult>
{
    Task InvokeAsync(ServerCall call);

    /// <summary>The result of a handler that has succeeded.</summary>
    static abstract TResult ResultOf(Task handling);

    /// <summary>Whether a handler that has succeeded gave no response where it must give one.</summary>
    static abstract bool LacksResponse(Task handling);

    /// <summary>The response that such a handler has returned; null if it streamed its responses.</summary>
    static abstract object? ResponseOf(Task handling);
}
