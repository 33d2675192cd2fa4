using OpenTelemetry;

namespace Interceptors.Integration.Tests;

/// <summary>What the SDK exports.</summary>
internal sealed class Exported<T> : BaseExporter<T>
    where T : class
{
    private readonly List<T> _items = [];

    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_items)
                return [.. _items];
        }
    }

    public override ExportResult Export(in Batch<T> batch)
    {
        lock (_items)
        {
            foreach (var item in batch)
                _items.Add(item);
        }

        return ExportResult.Success;
    }
}
