using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Interceptors.Server;

/// <summary>The interceptors of each method, as one. Immutable but for what it remembers.</summary>
internal sealed class MethodInterceptors
{
    private readonly Choice[] _choices;
    private readonly Interceptor? _sameForAll;
    // By declared names, so this does not grow with what callers ask for.
    private readonly ConcurrentDictionary<string, Interceptor> _byMethod = new(StringComparer.Ordinal);

    public MethodInterceptors(
        IReadOnlyList<ServerInterceptorRegistration> registrations, IReadOnlyList<IReadOnlyList<OrderedServerInterceptor>> made)
    {
        _choices = [.. registrations.Zip(made, (registration, made) => new Choice(registration, made))];
        if (registrations.All(registration => registration.Methods.Length == 0))
            _sameForAll = Combine("");
    }

    public Interceptor Of(ServerCallContext context) =>
        _sameForAll ?? _byMethod.GetOrAdd(DeclaredMethodName.NameOf(context), static (method, self) => self.Combine(method), this);

    private Interceptor Combine(string method)
    {
        var bare = MethodPattern.Bare(method);
        return ServerInterceptorChain.Of(_choices
            .Where(choice => choice.Matches(bare))
            // Of one type, those for chosen methods come before those for all, and the first of them counts.
            .GroupBy(choice => choice.Type, (_, same) => same.MinBy(choice => choice.IsForAll)!)
            .SelectMany(choice => choice.Made)
            .OrderBy(made => made.Order)
            .Select(made => made.Interceptor));
    }

    private sealed class Choice(ServerInterceptorRegistration registration, IReadOnlyList<OrderedServerInterceptor> made)
    {
        public Type Type => registration.Type;

        public bool IsForAll { get; } = registration.Methods.Length == 0;

        public Func<string, bool> Matches { get; } =
            registration.Methods.Length == 0 ? static _ => true : MethodPattern.AnyOf([registration.Methods]);

        public IReadOnlyList<OrderedServerInterceptor> Made => made;
    }
}
