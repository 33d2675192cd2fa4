using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>Limits interceptors to chosen methods.</summary>
public static class SelectionExtensions
{
    /// <summary>The interceptor, or the group that <see cref="ClientInterceptors.Combine"/> made, for chosen methods only.</summary>
    /// <param name="interceptor">The interceptor.</param>
    /// <param name="patterns">The methods; see <see cref="MethodSelector"/> for the forms.</param>
    /// <exception cref="ArgumentException">A pattern is malformed; the message names it and the right forms.</exception>
    public static Interceptor For(this Interceptor interceptor, params IEnumerable<string> patterns) =>
        interceptor.For(MethodSelector.Parse(patterns));

    /// <summary>The interceptor, or the group that <see cref="ClientInterceptors.Combine"/> made, for chosen methods only.</summary>
    /// <param name="interceptor">The interceptor.</param>
    /// <param name="methods">The methods.</param>
    public static Interceptor For(this Interceptor interceptor, MethodSelector methods)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        ArgumentNullException.ThrowIfNull(methods);
        return interceptor is ClientInterceptor client
            ? new SelectedClientInterceptor(methods, client)
            : new SelectedInterceptor(methods, interceptor);
    }
}
