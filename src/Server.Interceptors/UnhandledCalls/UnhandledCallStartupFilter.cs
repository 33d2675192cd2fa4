using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Interceptors.Server;

/// <summary>Adds <see cref="UnhandledCallMiddleware"/> around all other middleware.</summary>
internal sealed class UnhandledCallStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<UnhandledCallMiddleware>();
        next(app);
    };
}
