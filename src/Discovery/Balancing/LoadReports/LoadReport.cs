using System.Net.Http.Headers;
using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>
/// What a server says about its load with a response (gRFC A51): the fields of <c>xds.data.orca.v3.OrcaLoadReport</c> that weights need.
/// </summary>
/// <param name="CpuUtilization">Field 1: the share of its processors in use.</param>
/// <param name="CallsPerSecond">Field 6.</param>
/// <param name="ErrorsPerSecond">Field 7.</param>
/// <param name="ApplicationUtilization">Field 9: the share of what it can do, as the application itself sees it; 0 for not said.</param>
internal readonly record struct LoadReport(
    double CpuUtilization, double CallsPerSecond, double ErrorsPerSecond, double ApplicationUtilization)
{
    public const string Trailer = "endpoint-load-metrics-bin";

    private const int MaxLength = 16 * 1024;

    /// <summary>Null if there is none, or none that can be read.</summary>
    public static LoadReport? Of(HttpResponseMessage response) => Of(response.TrailingHeaders) ?? Of(response.Headers);

    public static LoadReport? Read(string text)
    {
        if (text.Length is 0 or > MaxLength)
            return null;
        try
        {
            // gRPC leaves the padding away or not.
            return Read(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
        }
        catch (Exception exception) when (exception is FormatException or InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The weight of gRFC A58: calls for each unit of what they use. 0 for none.</summary>
    /// <param name="errorPenalty">How much errors count as use.</param>
    public double Weight(double errorPenalty)
    {
        var used = ApplicationUtilization > 0 ? ApplicationUtilization : CpuUtilization;
        if (CallsPerSecond <= 0 || used <= 0)
            return 0;
        var penalty = ErrorsPerSecond > 0 ? ErrorsPerSecond / CallsPerSecond * errorPenalty : 0;
        return CallsPerSecond / (used + penalty);
    }

    private static LoadReport? Of(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(Trailer, out var values))
            return null;
        foreach (var value in values)
            return Read(value);
        return null;
    }

    private static LoadReport? Read(byte[] bytes)
    {
        double cpu = 0, calls = 0, errors = 0, application = 0;
        using var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case (1 << 3) | 1:
                    cpu = input.ReadDouble();
                    break;
                case (6 << 3) | 1:
                    calls = input.ReadDouble();
                    break;
                case (7 << 3) | 1:
                    errors = input.ReadDouble();
                    break;
                case (9 << 3) | 1:
                    application = input.ReadDouble();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return double.IsFinite(cpu) && double.IsFinite(calls) && double.IsFinite(errors) && double.IsFinite(application)
            ? new LoadReport(cpu, calls, errors, application)
            : null;
    }
}
