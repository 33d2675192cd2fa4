using Grpc.Core;
using Grpc.Net.ClientFactory;
using Interceptors.Propagation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// Puts what was added to a client into the official factory: outside of the interceptors that were added there, but for the fallback
/// token, which stands inside of them.
/// </summary>
internal sealed class ClientInterceptorSetup(
    ClientInterceptorFactory factory, IServiceProvider services) : IPostConfigureOptions<GrpcClientFactoryOptions>
{
    public void PostConfigure(string? name, GrpcClientFactoryOptions options)
    {
        var client = name ?? "";
        if (!factory.IsFor(client))
            return;

        // The factory makes the channel first, and its interceptors then.
        ChannelDescription? channel = null;
        options.ChannelOptionsActions.Add(channelOptions => channel = Describe(client, options.Address, channelOptions.Credentials));
        var others = options.InterceptorRegistrations.Any(other => other.Scope == InterceptorScope.Channel);
        options.InterceptorRegistrations.Insert(0, new InterceptorRegistration(
            InterceptorScope.Channel, _ => factory.Create(client, channel!, tokens: others ? false : null)));
        if (others)
        {
            options.InterceptorRegistrations.Add(new InterceptorRegistration(
                InterceptorScope.Channel, _ => factory.Create(client, channel!, tokens: true)));
        }
    }

    private ChannelDescription Describe(string client, Uri? address, ChannelCredentials? credentials)
    {
        var (isSecure, hasCallCredentials) = ChannelCredentialsReader.Read(credentials);
        // Discovery knows the target; what stands in its place as an address is only a name.
        var discovered = (services as IKeyedServiceProvider)?.GetKeyedService(typeof(ChannelDescription), client) as ChannelDescription;
        return new ChannelDescription(
            discovered?.Target ?? address?.OriginalString ?? "", isSecure ?? address?.Scheme == Uri.UriSchemeHttps, hasCallCredentials);
    }
}
