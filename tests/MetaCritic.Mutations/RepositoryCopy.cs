using System.Diagnostics;

namespace MetaCritic.Mutations;

/// <summary>A copy of the repository's files, without what is built, in a folder of its own.</summary>
internal sealed class RepositoryCopy : IDisposable
{
    private RepositoryCopy(string root) => Root = root;

    public string Root { get; }

    public static RepositoryCopy Create()
    {
        string source = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(source, "MetaCritic.ML.sln")))
        {
            source = Path.GetDirectoryName(source) ?? throw new InvalidOperationException($"There is no MetaCritic.ML.sln above {AppContext.BaseDirectory}.");
        }

        RepositoryCopy copy = new(Directory.CreateTempSubdirectory("metacritic-mutations").FullName);
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

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
