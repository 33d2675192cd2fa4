using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>Asks call credentials what they add, and drops the answer. grpc-dotnet asks again when it starts the call.</summary>
internal sealed class CredentialQuestion : CallCredentialsConfiguratorBase
{
    private static readonly CredentialQuestion Instance = new();

    public static void Ask(CallCredentials? credentials) => credentials?.InternalPopulateConfiguration(Instance, state: null);

    public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor)
    {
    }

    public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
    {
    }
}
