using System.Diagnostics;
using System.Reflection;

namespace MetaCritic.Packages.Tests;

/// <summary>A folder outside the repository with the packages in it, as a user's machine that knows nothing of the repository.</summary>
internal sealed class Machine : IDisposable
{
    /// <param name="feeds">Whether the machine's own feeds may be asked for what is not there.</param>
    public Machine(bool feeds = false)
    {
        Directory.CreateDirectory(Feed);
        Directory.CreateDirectory(At("built"));
        foreach (string package in Directory.GetDirectories(Built("PackagesFolder")).Where(package => !Path.GetFileName(package).StartsWith("metacritic", StringComparison.Ordinal)))
        {
            Directory.CreateSymbolicLink(At("built", Path.GetFileName(package)), package);
        }

        // Packed packages come from the folder, those that they need from where this build has them: no feed is asked, and the
        // packages under test do not get into the user's own packages folder, nor older ones of the same version out of it.
        File.WriteAllText(At("nuget.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="packages" />
              </config>
              <packageSources>
                {(feeds ? "" : "<clear />")}
                <add key="packed" value="feed" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
                <add key="built" value="built" />
              </fallbackPackageFolders>
            </configuration>
            """);
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"metacritic-packages-{Guid.NewGuid():N}");

    public string Feed => At("feed");

    /// <summary>A property of the build of these tests.</summary>
    public static string Built(string property) => typeof(Machine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == property).Value!;

    public string At(params string[] names) => Path.Combine([Folder, .. names]);

    /// <summary>Writes a program of one file that refers to packages: ours of the present version, others of the version that the repository has.</summary>
    public string WriteProgram(string name, string source, string package, string properties = "") => WriteProgram(name, source, [package], properties);

    /// <summary>The same, with several packages.</summary>
    public string WriteProgram(string name, string source, IReadOnlyList<string> packages, string properties = "", string items = "")
    {
        Directory.CreateDirectory(At(name));
        File.WriteAllText(At(name, "Program.cs"), source);
        File.WriteAllText(At(name, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {string.Join("\n    ", packages.Select(package => $"""<PackageReference Include="{package}" Version="{Version(package)}" />"""))}
                {items}
              </ItemGroup>
            </Project>
            """);
        return At(name);
    }

    /// <summary>The version of a package that programs refer to.</summary>
    public static string Version(string package) => package.StartsWith("MetaCritic", StringComparison.Ordinal)
        ? Built("PackageVersion")
        : Built("Versions").Split(' ').Single(version => version.StartsWith(package + "=", StringComparison.Ordinal))[(package.Length + 1)..];

    /// <summary>Runs a program that must end well; gives what it printed.</summary>
    public static string Run(string program, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Of the environment of a test run, what would redirect the commands.
        foreach (string name in (string[])["NUGET_PACKAGES", "MSBuildSDKsPath", "MSBUILD_EXE_PATH", "MSBuildExtensionsPath", "MSBuildLoadMicrosoftTargetsReadOnly", "RestoreSources", "RestoreConfigFile"])
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{program} {string.Join(' ', arguments)}\n{output}{errors.Result}");
        return output;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true); // of links only themselves
}
