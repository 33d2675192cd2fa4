using Demo;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Interceptors.Snippets;

internal static class TlsSnippets
{
    internal static void Add(WebApplicationBuilder builder)
    {
        #region server
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(5001, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps("server.pfx", builder.Configuration["CertificatePassword"]);
        }));
        builder.Services.AddServiceRegistration("greeter"); // registers the scheme https by itself
        #endregion
        #region server-mutual
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate));
        #endregion
        #region client
        builder.Services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter", o =>
        {
            o.Tls.Enabled = true;
            o.Tls.CaFile = "/etc/tls/ca.pem"; // without it: the authorities of the machine
            o.Resolution.Authority = "greeter.internal"; // the name that the servers' certificate is for
        });
        #endregion
        #region client-mutual
        builder.Services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter", o =>
        {
            o.Tls.Enabled = true;
            o.Tls.CertificateFile = "/etc/tls/client.pem";
            o.Tls.KeyFile = "/etc/tls/client.key";
        });
        #endregion
        #region etcd
        builder.Services.AddEtcdDiscovery("https://etcd.internal:2379", o =>
        {
            o.Tls.CaFile = "/etc/tls/etcd-ca.pem";
            o.Username = "orders";
            o.PasswordFile = "/run/secrets/etcd-password";
        });
        #endregion
    }
}
