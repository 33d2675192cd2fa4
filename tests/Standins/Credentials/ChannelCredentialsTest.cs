using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class ChannelCredentialsTest
{
    private static readonly CallCredentials OfCalls = CallCredentials.FromInterceptor((context, metadata) => Task.CompletedTask);

    private readonly Configurator _configurator = new();

    [Fact]
    public void Insecure_credentials_show_that_they_are()
    {
        ChannelCredentials.Insecure.InternalPopulateConfiguration(_configurator, "state");

        Assert.Equal([("state", "insecure")], _configurator.Seen);
    }

    [Fact]
    public void SecureSsl_leaves_everything_to_the_machine()
    {
        ChannelCredentials.SecureSsl.InternalPopulateConfiguration(_configurator, "state");

        Assert.Equal([("state", Ssl())], _configurator.Seen);
    }

    [Fact]
    public void The_ready_made_credentials_are_single_instances()
    {
        Assert.Same(ChannelCredentials.Insecure, ChannelCredentials.Insecure);
        Assert.Same(ChannelCredentials.SecureSsl, ChannelCredentials.SecureSsl);
    }

    [Fact]
    public void Ssl_credentials_show_what_they_were_made_of()
    {
        var pair = new KeyCertificatePair("chain", "key");
        VerifyPeerCallback verify = context => true;

        new SslCredentials("roots").InternalPopulateConfiguration(_configurator, 1);
        new SslCredentials("roots", pair).InternalPopulateConfiguration(_configurator, 2);
        new SslCredentials("roots", pair, verify).InternalPopulateConfiguration(_configurator, 3);

        Assert.Equal([(1, Ssl("roots")), (2, Ssl("roots", pair)), (3, Ssl("roots", pair, verify))], _configurator.Seen);
    }

    [Fact]
    public void Composite_credentials_show_both_parts()
    {
        ChannelCredentials.Create(ChannelCredentials.SecureSsl, OfCalls).InternalPopulateConfiguration(_configurator, "state");

        Assert.Equal([("state", (ChannelCredentials.SecureSsl, OfCalls))], _configurator.Seen);
    }

    [Fact]
    public void Call_credentials_compose_with_any_channel_credentials()
    {
        var composite = ChannelCredentials.Create(ChannelCredentials.Insecure, OfCalls);

        Assert.NotNull(ChannelCredentials.Create(composite, OfCalls));
    }

    [Fact]
    public void Neither_part_may_be_null()
    {
        Assert.Throws<ArgumentNullException>("channelCredentials", () => ChannelCredentials.Create(null!, OfCalls));
        Assert.Throws<ArgumentNullException>("callCredentials", () => ChannelCredentials.Create(new SslCredentials(), null!));
    }

    [Fact]
    public void A_certificate_needs_its_chain_and_its_key()
    {
        Assert.Throws<ArgumentNullException>("certificateChain", () => new KeyCertificatePair(null!, "key"));
        Assert.Throws<ArgumentNullException>("privateKey", () => new KeyCertificatePair("chain", null!));
    }

    private static object Ssl(string? roots = null, KeyCertificatePair? pair = null, VerifyPeerCallback? verify = null) =>
        (roots, pair, verify);

    private sealed class Configurator : ChannelCredentialsConfiguratorBase
    {
        public List<(object State, object Shape)> Seen { get; } = [];

        public override void SetInsecureCredentials(object state) => Seen.Add((state, "insecure"));

        public override void SetSslCredentials(
            object state,
            string? rootCertificates,
            KeyCertificatePair? keyCertificatePair,
            VerifyPeerCallback? verifyPeerCallback) =>
            Seen.Add((state, Ssl(rootCertificates, keyCertificatePair, verifyPeerCallback)));

        public override void SetCompositeCredentials(
            object state, ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
            Seen.Add((state, (channelCredentials, callCredentials)));
    }
}
