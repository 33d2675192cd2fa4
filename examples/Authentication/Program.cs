using System.Net;
using Demo;
using Grpc.Core;
using Interceptors.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// Without more: the kit's token authentication, with the tokens of appsettings.json; change them while it runs.
// --jwtbearer true: ASP.NET Core's own authentication and authorization, with JSON Web Tokens.
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen( // --port 5001; without it a free one
    IPAddress.Loopback, builder.Configuration.GetValue("port", 0), listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
var interceptors = builder.Services.AddServerInterceptors().AddStandard();
var jwtBearer = builder.Configuration.GetValue("jwtbearer", false);
if (jwtBearer)
    builder.Services.AddJwtBearerAuthentication();
else
    interceptors.AddStaticTokenAuthentication(builder.Configuration.GetSection("Tokens"));

var app = builder.Build();
var greeter = app.MapGrpcService<GreeterService>();
if (jwtBearer)
    greeter.RequireAuthorization(JwtBearerAuthentication.Policy);
app.Run();

// Sees the user in the same way, whoever found it.
internal sealed class GreeterService : Greeter.GreeterBase
{
    public override Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context) =>
        Task.FromResult(
            new HelloReply { Message = $"Hello, {request.Name}, says {context.GetUser().Identity?.Name}!", Instance = context.Host });
}
