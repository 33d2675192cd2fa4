using Grpc.Core.Interceptors;

namespace Interceptors.Benchmarks;

/// <summary>The least that an interceptor can do.</summary>
internal sealed class PassThrough : Interceptor;
