namespace Grpc.Core;

/// <summary>Handles unary calls.</summary>
/// <param name="request">The request.</param>
/// <param name="context">The call.</param>
public delegate Task<TResponse> UnaryServerMethod<TRequest, TResponse>(TRequest request, ServerCallContext context)
    where TRequest : class
    where TResponse : class;

/// <summary>Handles calls whose requests stream.</summary>
/// <param name="requestStream">Brings the requests.</param>
/// <param name="context">The call.</param>
public delegate Task<TResponse> ClientStreamingServerMethod<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requestStream, ServerCallContext context)
    where TRequest : class
    where TResponse : class;

/// <summary>Handles calls whose responses stream.</summary>
/// <param name="request">The request.</param>
/// <param name="responseStream">Takes the responses.</param>
/// <param name="context">The call.</param>
public delegate Task ServerStreamingServerMethod<TRequest, TResponse>(
    TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context)
    where TRequest : class
    where TResponse : class;

/// <summary>Handles calls that stream both ways.</summary>
/// <param name="requestStream">Brings the requests.</param>
/// <param name="responseStream">Takes the responses.</param>
/// <param name="context">The call.</param>
public delegate Task DuplexStreamingServerMethod<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context)
    where TRequest : class
    where TResponse : class;
