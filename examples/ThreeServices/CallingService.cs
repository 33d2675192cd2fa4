using Interceptors.Client;

namespace ThreeServices;

/// <summary>A client interceptor of our own: every call says which program makes it.</summary>
internal sealed class CallingService(IConfiguration configuration) : ClientInterceptor
{
    private readonly string _name = configuration["service"] ?? "shop";

    protected override void Prepare(ref OutgoingCall call) => call.EditHeaders().Add("x-calling-service", _name);
}
