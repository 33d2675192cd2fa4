using Google.Protobuf;

namespace Interceptors.Discovery.Tests;

public sealed class RoundTripTests
{
    private static readonly EndpointFormat[] WithMetadata =
        [EndpointFormat.EtcdNaming, EndpointFormat.Kratos, EndpointFormat.Kitex, EndpointFormat.GoMicro, EndpointFormat.DubboGo];

    private static readonly DiscoveryEndpoint[] Endpoints =
    [
        new("10.0.0.1", 80, Reading.Metadata(("weight", "7"))),
        new("user.internal", 65535, Reading.Metadata(("weight", "1"), ("zone", "eu-1a"), ("version", "v1.2"), ("tags", "canary,gpu"))),
        new("::1", 1, Reading.Metadata(("weight", "2"), ("quote", "\"\\\n\t"), ("umlaut", "äöü 漢字 🚀"), ("html", "<a&b>'+"), ("", ""))),
        new("10.0.0.2", 80, Reading.Metadata(("weight", "3"), ("json", "{\"a\":[1]}"), ("authority", "user.internal"), ("Weight", "9"))),
    ];

    public static TheoryData<EndpointFormat, int> Cases()
    {
        var cases = new TheoryData<EndpointFormat, int>();
        foreach (var format in WithMetadata)
        {
            for (var i = 0; i < Endpoints.Length; i++)
                cases.Add(format, i);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_written_is_read_back_equal_by_its_own_format_and_by_detection(EndpointFormat format, int endpoint)
    {
        var written = EndpointFormats.Create(format, "/x/");
        var instance = new ServiceInstance("team/user", Endpoints[endpoint], "1");
        Assert.True(written.IsInstanceKey("team/user", written.KeyOf(instance)));

        foreach (var reader in new[] { written, new DetectedFormat("/x/") })
        {
            var reading = reader.Read("team/user", written.Write(instance));
            Assert.Null(reading.Problem);
            Assert.Equal(Endpoints[endpoint], Assert.Single(reading.Endpoints));
        }
    }

    [Theory]
    [InlineData(EndpointFormat.Plain)]
    [InlineData(EndpointFormat.GoZero)]
    [InlineData(EndpointFormat.EtcdNaming)]
    [InlineData(EndpointFormat.Kratos)]
    [InlineData(EndpointFormat.GoMicro)]
    [InlineData(EndpointFormat.DubboGo)]
    public void An_endpoint_without_metadata_comes_back_without_any(EndpointFormat format)
    {
        var written = EndpointFormats.Create(format, "/x/");
        var endpoint = new DiscoveryEndpoint("10.0.0.1", 80);

        Assert.Equal(endpoint, Assert.Single(written.Read("user", written.Write(new ServiceInstance("user", endpoint))).Endpoints));
    }

    [Fact]
    public void A_kratos_server_with_tls_comes_back_as_one()
    {
        var format = new KratosFormat("/x/");
        var endpoint = new DiscoveryEndpoint("10.0.0.1", 80, Reading.Metadata(("scheme", "grpcs")));
        var written = format.Write(new ServiceInstance("user", endpoint));

        Assert.Contains("grpcs://10.0.0.1:80", written.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal(endpoint, Assert.Single(format.Read("user", written).Endpoints));
    }

    [Fact]
    public void Damaged_values_are_reported_and_never_throw()
    {
        var random = new Random(20260101);
        foreach (var format in WithMetadata)
        {
            var written = EndpointFormats.Create(format, "/x/");
            var detected = new DetectedFormat("/x/");
            foreach (var endpoint in Endpoints)
            {
                var value = written.Write(new ServiceInstance("user", endpoint)).ToByteArray();
                for (var i = 0; i < 500; i++)
                {
                    var damaged = Damage(value, random);
                    AssertSaysSomething(written.Read("user", damaged));
                    AssertSaysSomething(detected.Read("user", damaged));
                }
            }
        }

        static ByteString Damage(byte[] value, Random random)
        {
            var damaged = value[..random.Next(1, value.Length + 1)];
            for (var n = random.Next(4); n > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            return ByteString.CopyFrom(damaged);
        }

        static void AssertSaysSomething(EndpointReading reading) =>
            Assert.All(reading.Endpoints, e => Assert.InRange(e.Port, 1, 65535));
    }
}
