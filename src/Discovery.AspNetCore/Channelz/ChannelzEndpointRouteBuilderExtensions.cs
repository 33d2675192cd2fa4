using Interceptors.Discovery;
using Interceptors.Discovery.AspNetCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

// The namespace in which users look for what maps endpoints.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC's channelz service.</summary>
public static class ChannelzEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>grpc.channelz.v1.Channelz</c> (gRFC A14), by which tools of gRPC read the state of channels: here of this container's
    /// discovery channels, their endpoints as subchannels, and the calls of each. From then on those calls are counted per endpoint.
    /// Conventions of the result are those of the service: <c>.RequireAuthorization("operators")</c>. Call <c>services.AddGrpc()</c> too.
    /// </summary>
    /// <param name="endpoints">The application, or a group of its endpoints.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>What adds conventions to the endpoints of the service.</returns>
    /// <exception cref="InvalidOperationException">
    /// The container has no channels, or no gRPC. The start of the host throws it too, where the service has no authorization outside of
    /// the Development environment (<see cref="ChannelzOptions.AllowAnonymous"/>). In a group of endpoints that is only known later: a call
    /// then fails so.
    /// </exception>
    public static IEndpointConventionBuilder MapChannelz(this IEndpointRouteBuilder endpoints, Action<ChannelzOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = new ChannelzOptions();
        configure?.Invoke(options);

        var services = endpoints.ServiceProvider;
        var channels = services.GetService<DiscoveryChannelFactory>() ?? throw new InvalidOperationException(
            "MapChannelz has nothing to show: call services.AddEtcdDiscovery(...), AddInMemoryDiscovery() or AddDiscoveryClient(...) too.");
        channels.CountCalls();
        var reader = new ChannelzReader(channels, services.GetService<TimeProvider>() ?? TimeProvider.System);

        var group = endpoints.MapGroup("");
        var source = endpoints.DataSources.Last();
        group.MapGrpcService(Interceptors.Discovery.AspNetCore.Protocol.Channelz.BindService(new ChannelzService(reader)));
        var service = new ChannelzConventions(group);
        service.Finally(new RequiredAuthorization(
            services, options.AllowAnonymous,
            "The channelz service needs authorization outside of the Development environment. Write "
            + "app.MapChannelz().RequireAuthorization(...), or, where something else keeps strangers away, "
            + $"app.MapChannelz(o => o.{nameof(ChannelzOptions.AllowAnonymous)} = true).").Check);
        // Adds nothing to the pipeline. It is composed when the host starts, after all conventions are known.
        (endpoints as IApplicationBuilder)?.Use(next =>
        {
            RequiredAuthorization.ThrowIfRefused(source.Endpoints);
            return next;
        });
        return service;
    }
}
