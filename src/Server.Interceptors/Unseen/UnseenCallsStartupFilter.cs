using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Interceptors.Server;

/// <summary>Puts the middleware around all others, so that nobody has to.</summary>
internal sealed class UnseenCallsStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<UnseenCallsMiddleware>();
        next(app);
    };
}
