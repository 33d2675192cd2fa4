using System.Diagnostics.CodeAnalysis;
using Interceptors;
using Interceptors.Discovery;
using Interceptors.Discovery.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// The namespace in which users look for what maps endpoints.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the page that shows discovery at work.</summary>
public static class DiscoveryPageEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a page that shows, live, what this process calls and registers: services, endpoints with weight, zone and state, the age of
    /// lists, calls per endpoint with rate and latency, registrations, recent changes. Beside it are <c>{pattern}/json</c>, the same for
    /// programs, and <c>{pattern}/events</c>, the stream that the page reads. From then on the calls of this container's channels are
    /// counted per endpoint. Conventions of the result are those of all three: <c>.RequireAuthorization("operators")</c>.
    /// </summary>
    /// <param name="endpoints">The application, or a group of its endpoints.</param>
    /// <param name="pattern">Where. Default: <c>/discovery</c>.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>What adds conventions to the endpoints.</returns>
    /// <exception cref="ArgumentException">An option is wrong; the message says which and what to give.</exception>
    /// <exception cref="InvalidOperationException">
    /// The container has neither channels nor registrations. The start of the host throws it too, where the page has no authorization
    /// outside of the Development environment (<see cref="DiscoveryPageOptions.AllowAnonymous"/>). In a group of endpoints that is only
    /// known later: a request to the page then fails so.
    /// </exception>
    public static IEndpointConventionBuilder MapDiscoveryPage(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/discovery",
        Action<DiscoveryPageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var options = new DiscoveryPageOptions();
        configure?.Invoke(options);
        options = new DiscoveryPageOptionsValidator().Checked(Options.Create(options));

        var services = endpoints.ServiceProvider;
        var page = Open(services, options);
        var authorization = new RequiredAuthorization(
            services, options.AllowAnonymous,
            $"The discovery page at '{pattern}' needs authorization outside of the Development environment. Write "
            + $"app.MapDiscoveryPage(\"{pattern}\").RequireAuthorization(...), or, where something else keeps strangers away, "
            + $"app.MapDiscoveryPage(\"{pattern}\", o => o.{nameof(DiscoveryPageOptions.AllowAnonymous)} = true).");
        var group = endpoints.MapGroup(pattern);
        var source = endpoints.DataSources.Last();
        group.MapGet("", (RequestDelegate)DiscoveryPage.ServeAsync).WithDisplayName("Discovery page");
        group.MapGet("/json", (RequestDelegate)page.ServeJsonAsync).WithDisplayName("Discovery page, JSON");
        group.MapGet("/events", (RequestDelegate)page.StreamAsync).WithDisplayName("Discovery page, events");
        ((IEndpointConventionBuilder)group).Finally(authorization.Check);
        // Adds nothing to the pipeline. It is composed when the host starts, after all conventions are known.
        (endpoints as IApplicationBuilder)?.Use(next =>
        {
            RequiredAuthorization.ThrowIfRefused(source.Endpoints);
            return next;
        });
        return group;
    }

    private static DiscoveryPage Open(IServiceProvider services, DiscoveryPageOptions options)
    {
        var channels = services.GetService<DiscoveryChannelFactory>();
        var registrations = services.GetService<HostRegistrations>();
        if (channels is null && registrations is null)
            throw new InvalidOperationException(
                "MapDiscoveryPage has nothing to show: call services.AddEtcdDiscovery(...), AddInMemoryDiscovery() or "
                + "AddDiscoveryClient(...) too.");
        channels?.CountCalls();
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        var application = services.GetRequiredService<IHostEnvironment>().ApplicationName;
        var feed = new PageFeed(
            new PageReader(channels, registrations, options, application, time), options.RefreshInterval, options.MaxListeners, time,
            services.GetRequiredService<ILogger<PageFeed>>());
        lifetime.ApplicationStarted.Register(() =>
        {
            var loop = BackgroundLoop.Start(feed.RunAsync);
            lifetime.ApplicationStopped.Register(loop.Stop);
        });
        return new DiscoveryPage(feed, time, lifetime.ApplicationStopping);
    }
}
