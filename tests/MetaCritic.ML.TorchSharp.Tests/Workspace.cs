namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>A folder for one test, with spaces and letters beyond ASCII in its name.</summary>
internal sealed class Workspace : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("metacritic torch ğ").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
