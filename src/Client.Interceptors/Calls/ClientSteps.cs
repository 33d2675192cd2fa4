namespace Interceptors.Client;

/// <summary>What a client interceptor has to do with a call, so that a group need not ask those who do nothing.</summary>
[Flags]
internal enum ClientSteps
{
    /// <summary><see cref="ClientInterceptor.Prepare"/>.</summary>
    Prepare = 1,

    /// <summary><see cref="ClientInterceptor.OnStart"/> of what is observed.</summary>
    Start = 2,

    /// <summary>All else of what is observed: <see cref="ClientInterceptor.Observes"/>, Reissues and OnEnd.</summary>
    Observe = 4,

    All = Prepare | Start | Observe,
}
