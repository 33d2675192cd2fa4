using System.Security.Claims;
using Grpc.Core;

namespace Interceptors.Server;

/// <summary>Gives access to the user of a call.</summary>
public static class ServerCallContextUserExtensions
{
    /// <summary>
    /// The caller: what <see cref="TokenAuthenticationInterceptor"/> found, else what ASP.NET Core's own authentication did. Never null;
    /// of a call without a token the identity is not authenticated. The same as <c>HttpContext.User</c>.
    /// </summary>
    /// <param name="context">The call.</param>
    public static ClaimsPrincipal GetUser(this ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetHttpContext().User;
    }
}
