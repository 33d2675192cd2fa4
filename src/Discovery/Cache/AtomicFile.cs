namespace Interceptors.Discovery;

internal static class AtomicFile
{
    private const string TemporaryEnding = ".tmp";
    private static readonly TimeSpan LeftBehindAfter = TimeSpan.FromHours(1);

    /// <summary>
    /// Puts a file in the place of another: whoever reads, at whatever moment, reads the one or the other and nothing between, even when
    /// the process or the machine dies on the way. Only this user can read or write it.
    /// </summary>
    public static void Write(string file, byte[] bytes)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        MakeDirectory(directory);
        // A name of its own, because several processes may write at once; the last one to be done wins.
        var temporary = $"{file}.{Path.GetRandomFileName()}{TemporaryEnding}";
        try
        {
            using (var stream = new FileStream(temporary, Options()))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        RemoveLeftBehind(directory, Path.GetFileName(file));
    }

    private static void MakeDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>What a process that died while it wrote has left.</summary>
    private static void RemoveLeftBehind(string directory, string name)
    {
        foreach (var left in Directory.EnumerateFiles(directory, $"{name}.*{TemporaryEnding}"))
        {
            if (TimeProvider.System.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(left) > LeftBehindAfter)
                File.Delete(left);
        }
    }
}
