using System.CommandLine;
using Interceptors.Discovery.Tool.Commands;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tool;

/// <summary>The commands, and what each way of failing looks like: one line on stderr and an exit code, never a stack trace.</summary>
internal static class CommandLine
{
    private const int MaxMessage = 2000;

    public static async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"discovery: {SafeText.Of(Mistakes.Describe(parsed), MaxMessage)}").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        try
        {
            // Signals are a matter of the commands: one of them has to deregister first.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (Exception exception)
        {
            var (code, message) = Describe(exception);
            await Console.Error.WriteLineAsync($"discovery: {SafeText.Of(message, MaxMessage)}").ConfigureAwait(false);
            return code;
        }
    }

    private static RootCommand Root()
    {
        var connection = new ConnectionOptions();
        var root = new RootCommand($"""
            Shows and changes what is registered in etcd for discovery.

            {ConnectionOptions.Text}
            {ExitCode.Text}
            """)
        {
            ListCommand.Create(connection), WatchCommand.Create(connection), RegisterCommand.Create(connection),
            DeregisterCommand.Create(connection), PauseCommand.CreatePause(connection), PauseCommand.CreateResume(connection),
            UpdateCommand.Create(connection), ResolveCommand.Create(connection), ConfigCommand.Create(connection),
        };
        connection.AddTo(root);
        return root;
    }

    private static (int Code, string Message) Describe(Exception exception) => exception switch
    {
        UsageException => (ExitCode.Usage, exception.Message),
        UndoneException => (ExitCode.Undone, exception.Message),
        OptionsValidationException invalid => (ExitCode.Usage, ConnectionOptions.InOwnWords(string.Join(" ", invalid.Failures))),
        EtcdException refused when refused.IsRefusal() => (ExitCode.Refused, exception.Message),
        EtcdException => (ExitCode.Unreachable, exception.Message),
        _ => (ExitCode.Unexpected, $"unexpected {exception.GetType().Name}: {exception.Message}"),
    };
}
