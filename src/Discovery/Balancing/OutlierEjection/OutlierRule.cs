namespace Interceptors.Discovery;

/// <summary>Which rule finds an endpoint's calls to fail too often.</summary>
internal enum OutlierRule
{
    ConsecutiveErrors,
    SuccessRate,
    FailurePercentage,
}
