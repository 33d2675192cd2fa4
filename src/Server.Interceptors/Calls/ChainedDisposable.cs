namespace Interceptors.Server;

/// <summary>Disposes a resource and then the one registered before it. Most calls register at most one, which needs no list.</summary>
internal sealed class ChainedDisposable(IDisposable resource, IDisposable earlier) : IDisposable
{
    public void Dispose()
    {
        try
        {
            resource.Dispose();
        }
        finally
        {
            earlier.Dispose();
        }
    }
}
