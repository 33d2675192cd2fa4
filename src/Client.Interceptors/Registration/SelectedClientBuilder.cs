using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Client;

/// <summary>
/// A client's builder, for chosen methods. Its name is no client's, so the official factory's own methods, which would hold for all
/// methods, refuse it.
/// </summary>
internal sealed class SelectedClientBuilder(IHttpClientBuilder client, MethodSelector methods) : IHttpClientBuilder
{
    public IHttpClientBuilder Client => client;

    public MethodSelector Methods => methods;

    public string Name => OptionsNames.For(client.Name ?? "", methods.Name);

    public IServiceCollection Services => client.Services;
}
