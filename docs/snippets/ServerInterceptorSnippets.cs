using System.Security.Claims;
using Grpc.Core;
using Interceptors.Discovery.AspNetCore;
using Interceptors.Server;

namespace Interceptors.Snippets;

internal static class ServerInterceptorSnippets
{
    internal static void Add(WebApplicationBuilder builder, ServerInterceptorsBuilder interceptors)
    {
        #region all
        builder.Services.AddGrpc();
        builder.Services.AddServerInterceptors()
            .AddStandard(o => o.Timing = timing => timing.SlowCallThreshold = TimeSpan.FromSeconds(1));
        #endregion
        #region trace-metadata
        interceptors.AddTraceMetadata(o => o.JoinedKeys.Add("x-tenant"));
        #endregion
        #region timing
        interceptors.AddTiming(o => o.LogPrincipal = true);
        #endregion
        #region unhandled-calls
        interceptors.AddUnhandledCalls();
        #endregion
        #region recovery
        interceptors.AddRecovery(o => o
            .Map<KeyNotFoundException>(StatusCode.NotFound, "There is no such order.")
            .Map<ArgumentException>(StatusCode.InvalidArgument, exception => $"{exception.ParamName} is wrong."));
        #endregion
        #region static-tokens
        interceptors.AddStaticTokenAuthentication(builder.Configuration.GetSection("Tokens"));
        #endregion
        #region token-authentication
        interceptors.AddTokenAuthentication(TokenVerifiers.Delegate((token, context, cancellationToken) =>
            ValueTask.FromResult(token == "good"
                ? TokenVerification.Accept(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "ada")], "token")))
                : TokenVerification.Refuse("it is not known"))));
        #endregion
        #region stream-shutdown
        interceptors.AddStreamShutdown(o =>
            o.Stopping = services => services.GetRequiredService<IDrainState>().Draining);
        #endregion
        #region limits
        interceptors.AddLimits(o =>
        {
            o.Server = new CallLimit { MaxConcurrentCalls = 500 };
            o.EachCaller = new CallLimit { CallsPerPeriod = 100, Period = TimeSpan.FromSeconds(1) };
            o.CallerKey = CallerKeys.PrincipalName;
        });
        #endregion
        #region compression
        interceptors.AddCompression(o => o.MaxDecompressedBytes = 1024 * 1024);
        #endregion
        #region for-some-methods
        builder.Services.AddServerInterceptors()
            .AddStandard()
            .For("shop.Orders", orders => orders
                .AddTiming(o => o.LogPrincipal = true)
                .AddLimits(o => o.EachMethod = new CallLimit { MaxConcurrentCalls = 20 })
                .Add<AuditInterceptor>());
        #endregion
    }

    #region own
    internal sealed class AuditInterceptor(ILogger<AuditInterceptor> logger) : ServerInterceptor
    {
        protected override ValueTask OnStartAsync(ServerCall call) =>
            call.Context.RequestHeaders.GetValue("x-tenant") is null
                ? throw new RpcException(new Status(StatusCode.InvalidArgument, "x-tenant is missing."))
                : default;

        protected override Exception? OnEnd(ServerCall call, Exception? error)
        {
            logger.LogInformation("{Method} ended with {Status}", call.Method, call.StatusOf(error).StatusCode);
            return error;
        }
    }
    #endregion
}
