namespace Interceptors.Snippets;

internal static class KubernetesSnippets
{
    internal static void Serve(string[] args)
    {
        #region server
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddGrpc();
        builder.Services.AddServerInterceptors().AddStandard();
        builder.Services.AddEtcdDiscovery(builder.Configuration.GetSection("Etcd"));
        builder.Services.AddServiceRegistration("greeter", builder.Configuration.GetSection("Registration")); // advertises POD_IP
        builder.Services.AddHealthChecks().AddServiceRegistrations();

        var app = builder.Build();
        app.MapHealthChecks("/ready");
        app.Run();
        #endregion
    }
}
