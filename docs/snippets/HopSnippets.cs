using Interceptors.Propagation;

namespace Interceptors.Snippets;

internal static class HopSnippets
{
    internal static void Use(WebApplication app)
    {
        #region http
        app.Use(async (context, next) => { using var call = IncomingCall.Begin(context.RequestAborted); await next(context); });
        #endregion
    }

    internal static void Detach(Func<Task> writeAudit)
    {
        #region detach
        using (IncomingCall.Detach())
            _ = writeAudit();
        #endregion
    }
}
