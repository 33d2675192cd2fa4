using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Credentials that travel with each call.</summary>
public abstract class CallCredentials
{
    /// <summary>All of these together.</summary>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public static CallCredentials Compose(params CallCredentials[] credentials) => new Composite(credentials);

    /// <summary>Credentials that a callback adds.</summary>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor) =>
        new Intercepting(GrpcPreconditions.CheckNotNull(interceptor, nameof(interceptor)));

    /// <summary>Tells the transport of which shape these credentials are.</summary>
    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state);

    private sealed class Composite : CallCredentials
    {
        private readonly CallCredentials[] _credentials;

        public Composite(CallCredentials[] credentials)
        {
            GrpcPreconditions.CheckArgument(
                credentials.Length >= 2, "Composite credentials object can only be created from 2 or more credentials.");

            // A copy: the caller may reuse its array.
            _credentials = [.. credentials];
        }

        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetCompositeCredentials(state, _credentials);
    }

    private sealed class Intercepting(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetAsyncAuthInterceptorCredentials(state, interceptor);
    }
}
