using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// The service config of a target: the first one, and those that its source brings later. A wrong one leaves the one before in force.
/// </summary>
internal sealed partial class ServiceConfigFollower : IDisposable
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServiceConfigReader _reader;
    private readonly ServiceConfigMetrics _metrics;
    private readonly IServiceConfigSource? _source;
    private readonly Action<ServiceConfigDocument> _apply;
    private readonly string _target;
    private readonly ILogger _logger;
    private readonly BackgroundLoop? _loop;
    private volatile ServiceConfigDocument _current;
    private ReadOnlyMemory<byte>? _last;
    private bool _isAway;

    /// <param name="target">The target, for messages.</param>
    /// <param name="first">What is in force at first, and where others come from.</param>
    /// <param name="reader">Reads them.</param>
    /// <param name="apply">Told each one that comes later, before calls follow it.</param>
    /// <param name="metrics">Counts them.</param>
    /// <param name="logger">Where to log to.</param>
    public ServiceConfigFollower(
        string target, ServiceConfigStart first, ServiceConfigReader reader, Action<ServiceConfigDocument> apply,
        ServiceConfigMetrics metrics,
        ILogger logger)
    {
        (_target, _reader, _apply, _metrics, _logger) = (target, reader, apply, metrics, logger);
        (_current, _last, _source) = (first.Document, first.Json, first.Source);
        WarnOf(first.Document, first.Json is null ? "the options" : first.Source!.Name);
        if (_source is not null)
            _loop = BackgroundLoop.Start(FollowAsync);
        else
            _answered.SetResult();
    }

    /// <summary>The one in force.</summary>
    public ServiceConfigDocument Current => _current;

    /// <summary>Whether it can ever be another one.</summary>
    public bool CanChange => _source is not null;

    /// <summary>Completes when the source has said what there is, or that there is nothing.</summary>
    public Task Answered => _answered.Task;

    public void Dispose()
    {
        _loop?.Stop();
        _answered.TrySetException(new ObjectDisposedException(_target));
        _ = _answered.Task.Observed();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var reading in _source!.FollowAsync(cancellationToken).ConfigureAwait(false))
        {
            OnTrouble(reading.Problem);
            if (reading.Json is { } json && !(_last is { } last && last.Span.SequenceEqual(json.Span)))
            {
                _last = json;
                OnNew(json);
            }

            if (reading.IsAnswer)
                _answered.TrySetResult();
        }
    }

    private void WarnOf(ServiceConfigDocument document, string source)
    {
        foreach (var warning in document.Warnings)
            LogIgnored(_logger, _target, source, warning);
    }

    private void OnTrouble(string? problem)
    {
        if (problem is not null && !_isAway)
            LogAway(_logger, _target, _source!.Name, problem);
        else if (problem is null && _isAway)
            LogBack(_logger, _target, _source!.Name);
        _isAway = problem is not null;
    }

    private void OnNew(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = _reader.Read(json);
            _apply(document);
            _current = document;
            _metrics.Applied(_source!.Name);
            LogApplied(_logger, _target, _source.Name);
            WarnOf(document, _source.Name);
        }
        catch (Exception exception)
        {
            // Not only what the reader refuses: whatever is wrong with one version, the loop must be there for the next.
            _metrics.Refused(_source!.Name);
            LogRefused(_logger, _target, _source.Name, exception.Message);
        }
    }
}
