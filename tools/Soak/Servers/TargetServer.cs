using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Interceptors.Soak.Servers;

/// <summary>What a child process of the soak does: a server as users write it.</summary>
internal static class TargetServer
{
    /// <summary>The first argument of such a process.</summary>
    public const string Role = "server";

    /// <summary>What it says once it is registered.</summary>
    public const string Ready = "ready";

    public const string Service = "target";

    public static string[] Arguments(IEnumerable<string> etcd, string name, int port) =>
        [Role, string.Join(',', etcd), name, port.ToString(CultureInfo.InvariantCulture)];

    public static async Task<int> RunAsync(string[] args)
    {
        var (etcd, name, port) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddServerInterceptors().AddStandard();
        builder.Services.AddEtcdDiscovery(etcd);
        builder.Services.AddServiceRegistration(Service, options => (options.Id, options.WaitUntilRegistered) = (name, true));
        builder.Services.AddSingleton(new ServerName(name));

        await using var app = builder.Build();
        app.MapGrpcService<TargetService>();
        // Reading the console blocks, whatever the method's name says.
        _ = Task.Run(() => StopWithParentAsync(app));
        await app.StartAsync();
        Console.WriteLine(Ready);
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>The parent holds the other end of stdin, so that no server outlives it, however it ends.</summary>
    private static async Task StopWithParentAsync(WebApplication app)
    {
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }
}
