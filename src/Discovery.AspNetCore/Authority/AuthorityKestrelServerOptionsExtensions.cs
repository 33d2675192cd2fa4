using Interceptors.Discovery.AspNetCore;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// The namespace in which users look for registrations.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets Go clients call whose target has a slash in it.</summary>
public static class AuthorityKestrelServerOptionsExtensions
{
    /// <summary>
    /// Accepts calls whose <c>:authority</c> holds a slash or a percent sign, and reads either as a dot. A Go client says there what it
    /// dials: <c>etcd:///project/service/user</c> becomes <c>project/service/user</c>, or <c>project%2Fservice%2Fuser</c> from grpc-go
    /// 1.64 on. Without this Kestrel resets such a call before anything of the application runs, and logs it at Debug only. Not
    /// needed for keys of one segment (<c>user/10.0.0.1:80</c>, dialled as <c>etcd:///user</c>), nor with TLS and a server name.
    /// </summary>
    /// <param name="options">From <c>builder.WebHost.ConfigureKestrel</c>. A selector that is set already stays in force for all other
    /// headers, and for this one if it gives an encoding.</param>
    /// <returns>The options.</returns>
    public static KestrelServerOptions AcceptSlashesInAuthority(this KestrelServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var before = options.RequestHeaderEncodingSelector;
        options.RequestHeaderEncodingSelector = name =>
            before(name) ?? (name is ":authority" ? AuthorityEncoding.Instance : null);
        return options;
    }
}
