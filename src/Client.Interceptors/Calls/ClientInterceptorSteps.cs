namespace Interceptors.Client;

/// <summary>The steps of a call that an interceptor implements, so that a group skips the others.</summary>
[Flags]
internal enum ClientInterceptorSteps
{
    /// <summary><see cref="ClientInterceptor.Prepare"/>.</summary>
    Prepare = 1,

    /// <summary><see cref="ClientInterceptor.OnStart"/> of what is observed.</summary>
    Start = 2,

    /// <summary>All else of what is observed: <see cref="ClientInterceptor.Observes"/>, Reissues and OnEnd.</summary>
    Observe = 4,

    /// <summary><see cref="ClientInterceptor.PrepareAsync"/>.</summary>
    PrepareAsync = 8,

    /// <summary>What happens to the call on its way is noted, for its <see cref="ClientInterceptor.OnEnd"/> to read.</summary>
    Explain = 16,

    /// <summary>All that most interceptors have; <see cref="PrepareAsync"/> costs each call an object.</summary>
    All = Prepare | Start | Observe,
}
