using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class CallCredentialsTest
{
    private static readonly AsyncAuthInterceptor Callback = (context, metadata) => Task.CompletedTask;

    private readonly Configurator _configurator = new();

    [Fact]
    public void Credentials_of_a_callback_show_the_callback()
    {
        CallCredentials.FromInterceptor(Callback).InternalPopulateConfiguration(_configurator, "state");

        Assert.Equal([("state", Callback)], _configurator.Seen);
    }

    [Fact]
    public void Composite_credentials_show_their_parts_in_order()
    {
        var first = CallCredentials.FromInterceptor(Callback);
        var second = CallCredentials.FromInterceptor(Callback);

        CallCredentials.Compose(first, second).InternalPopulateConfiguration(_configurator, null);

        var (state, shape) = Assert.Single(_configurator.Seen);
        Assert.Null(state);
        Assert.Equal([first, second], Assert.IsType<IReadOnlyList<CallCredentials>>(shape, exactMatch: false));
    }

    [Fact]
    public void Composite_credentials_do_not_change_with_the_array_of_their_parts()
    {
        CallCredentials[] parts = [CallCredentials.FromInterceptor(Callback), CallCredentials.FromInterceptor(Callback)];
        var composite = CallCredentials.Compose(parts);

        parts[0] = null!;
        composite.InternalPopulateConfiguration(_configurator, null);

        Assert.DoesNotContain(null, (IReadOnlyList<CallCredentials?>)Assert.Single(_configurator.Seen).Shape);
    }

    [Fact]
    public void Composing_takes_at_least_two()
    {
        const string Message = "Composite credentials object can only be created from 2 or more credentials.";

        var one = CallCredentials.FromInterceptor(Callback);
        Assert.Equal(Message, Assert.Throws<ArgumentException>(() => CallCredentials.Compose()).Message);
        Assert.Equal(Message, Assert.Throws<ArgumentException>(() => CallCredentials.Compose(one)).Message);
    }

    [Fact]
    public void A_callback_may_not_be_null() =>
        Assert.Throws<ArgumentNullException>("interceptor", () => CallCredentials.FromInterceptor(null!));

    private sealed class Configurator : CallCredentialsConfiguratorBase
    {
        public List<(object? State, object Shape)> Seen { get; } = [];

        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials) =>
            Seen.Add((state, credentials));

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) =>
            Seen.Add((state, interceptor));
    }
}
