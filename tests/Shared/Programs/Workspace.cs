namespace MetaCritic.Tests.Shared;

/// <summary>A folder of files for one test, with spaces and letters beyond ASCII in its name.</summary>
internal sealed partial class Workspace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic tool ğ").FullName;

    public string this[string name] => Path.Combine(_folder, name);

    public static string TestData(string name) => Path.Combine(AppContext.BaseDirectory, "TestData", name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string[] Files() => [.. Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder, f)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
