using System.Diagnostics;
using Interceptors.Discovery.Tool.Output;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary>One registration that is held until it is told to end, and says how it stands.</summary>
internal sealed class HeldRegistration(ServiceInstance instance, EtcdOptions options, bool isJson)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private EtcdException? _refusal;

    public async Task<int> HoldAsync(Process? process, CancellationToken stop)
    {
        await using var registry = new EtcdServiceRegistry(options);
        var registration = registry.Register(instance);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var following = FollowAsync(registration, end.Token);
        var processEnd = process?.WaitForExitAsync(end.Token) ?? Task.Delay(Timeout.Infinite, end.Token);
        await Task.WhenAny(following, processEnd).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(following, processEnd).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await registration.DisposeAsync().ConfigureAwait(false);
        return _refusal is null
            ? await ConcludeAsync().ConfigureAwait(false)
            : throw new EtcdException(_refusal.Message, _refusal.StatusCode, _refusal);
    }

    private async Task FollowAsync(IServiceRegistration registration, CancellationToken cancellationToken)
    {
        var told = RegistrationState.Stopped;
        var hadProblem = false;
        while (true)
        {
            var (state, problem) = (registration.State, registration.Problem);
            if (state == RegistrationState.Registering && (registration as EtcdRegistration)?.Failure is { } failure && failure.IsRefusal())
            {
                _refusal = failure;
                return;
            }

            if (state != told || (problem is not null && !hadProblem))
                Tell(state.ToString().ToLowerInvariant(), problem);
            (told, hadProblem) = (state, problem is not null);
            await Task.Delay(Glance, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deregistering never fails, so etcd is asked whether it worked.</summary>
    private async Task<int> ConcludeAsync()
    {
        using var client = EtcdConnection.Open(options, loggerFactory: null);
        try
        {
            var format = new ServiceFormats(options);
            var left = await client.GetAsync(format.KeyOf(instance), CancellationToken.None).ConfigureAwait(false);
            if (left.Kvs.Count == 0)
            {
                Tell("deregistered", problem: null);
                return ExitCode.Ok;
            }

            Tell("left", "another process holds the key");
            return ExitCode.Ok;
        }
        catch (EtcdException exception)
        {
            Tell("left", $"it may stay until its lease ends, within {options.LeaseTtl.TotalSeconds:0} s: {exception.Message}");
            return ExitCode.Unreachable;
        }
    }

    private void Tell(string state, string? problem)
    {
        if (isJson)
            Json.Write(new RegistrationJson(
                TimeProvider.System.GetUtcNow(), state, instance.Service, instance.Id, instance.Endpoint.Address, problem));
        else
            Console.Out.WriteLine($"{state} {instance}{(problem is null ? "" : $": {Table.Clean(problem)}")}");
    }
}
