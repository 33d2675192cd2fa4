using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests;

/// <summary>
/// Which requests arrived, whatever becomes of them: a middleware outside of all others. Lines that are logged within it can be told apart
/// by its scope.
/// </summary>
internal sealed class Arrivals : IStartupFilter
{
    public const string Scope = "arrived";

    private readonly ConcurrentDictionary<string, int> _counts = new();
    private int _running;

    public int Running => Volatile.Read(ref _running);

    public int Of(string traceId) => _counts.GetValueOrDefault(traceId);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var logger = app.ApplicationServices.GetRequiredService<ILogger<Arrivals>>();
        app.Use(async (context, next) =>
        {
            var traceId = context.Request.Headers["x-trace-id"].ToString();
            _counts.AddOrUpdate(traceId, 1, static (_, count) => count + 1);
            Interlocked.Increment(ref _running);
            try
            {
                using (logger.BeginScope(new Dictionary<string, object?> { [Scope] = traceId }))
                    await next(context);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        });
        next(app);
    };
}
