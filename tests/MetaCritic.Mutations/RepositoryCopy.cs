using System.Diagnostics;

namespace MetaCritic.Mutations;

/// <summary>A copy of the repository's files, without what is built, in a folder of its own.</summary>
internal sealed class RepositoryCopy : IDisposable
{
    private readonly bool _stays;

    private RepositoryCopy(string root, bool isNew, bool stays) => (Root, IsNew, _stays) = (root, isNew, stays);

    public string Root { get; }

    /// <summary>Whether it has not been built yet.</summary>
    public bool IsNew { get; }

    /// <summary>Makes a copy.</summary>
    /// <param name="folder">Where it is to stay, and may be already; null for a temporary folder.</param>
    public static RepositoryCopy Create(string? folder)
    {
        if (folder is not null && Directory.Exists(folder))
        {
            return new(folder, isNew: false, stays: true);
        }

        string source = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(source, "MetaCritic.ML.sln")))
        {
            source = Path.GetDirectoryName(source) ?? throw new InvalidOperationException($"There is no MetaCritic.ML.sln above {AppContext.BaseDirectory}.");
        }

        RepositoryCopy copy = new(folder ?? Directory.CreateTempSubdirectory("metacritic-mutations").FullName, isNew: true, stays: folder is not null);
        ProcessStartInfo git = new("git") { WorkingDirectory = source, RedirectStandardOutput = true };
        foreach (string argument in (string[])["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            git.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(git)!;
        foreach (string file in process.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(f => System.IO.File.Exists(Path.Combine(source, f))))
        {
            string target = copy.File(file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.Copy(Path.Combine(source, file), target);
        }

        process.WaitForExit();
        return copy;
    }

    public string File(string path) => Path.Combine(Root, path);

    public void Dispose()
    {
        if (!_stays)
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
