using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Interceptors.Discovery;

/// <summary>
/// A service config in a file. Its content is compared, not its time: that notices a symbolic link on its path that leads elsewhere, and
/// two changes within the clock's grain, and such a file is small.
/// </summary>
internal sealed class FileServiceConfig(string path, TimeSpan interval) : IServiceConfigSource
{
    private const int MostBytes = 1024 * 1024;

    public string Name => $"file {path}";

    public async IAsyncEnumerable<ServiceConfigReading> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ServiceConfigReading? last = null;
        using var timer = new PeriodicTimer(interval);
        do
        {
            var reading = Read();
            if (last is null || !IsSame(reading, last))
                yield return last = reading;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever is wrong with the file, it is told and tried again.")]
    public ServiceConfigReading Read()
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MostBytes)
                return ServiceConfigReading.Unknown($"It is {stream.Length} bytes long, and {MostBytes} are read at most.");
            var bytes = new byte[stream.Length];
            return ServiceConfigReading.Of(bytes.AsMemory(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        }
        catch (Exception exception)
        {
            return ServiceConfigReading.Unknown(exception.Message);
        }
    }

    private static bool IsSame(ServiceConfigReading one, ServiceConfigReading other) =>
        one.Problem == other.Problem && (one.Json ?? default).Span.SequenceEqual((other.Json ?? default).Span);
}
