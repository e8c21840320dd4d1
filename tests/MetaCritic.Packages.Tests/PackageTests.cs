using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MetaCritic.Packages.Tests;

/// <summary>What <c>dotnet pack</c> gives is complete, and works where there is nothing else.</summary>
[TestClass]
public sealed partial class PackageTests
{
    private static Machine Machine => Packed.Machine;

    [TestMethod]
    [DataRow("MetaCritic", "MathNet.Numerics", "lib/net10.0/MetaCritic.dll", "lib/net10.0/MetaCritic.xml")]
    [DataRow("MetaCritic.Tables", "CsvHelper MathNet.Numerics MetaCritic", "lib/net10.0/MetaCritic.Tables.dll", "lib/net10.0/MetaCritic.Tables.xml")]
    [DataRow("MetaCritic.ML", "CsvHelper MathNet.Numerics MetaCritic MetaCritic.Tables Microsoft.ML", "lib/net10.0/MetaCritic.ML.dll", "lib/net10.0/MetaCritic.ML.xml")]
    [DataRow(
        "MetaCritic.ML.TorchSharp",
        "CsvHelper MathNet.Numerics MetaCritic.ML Microsoft.ML Microsoft.ML.TorchSharp SkiaSharp SkiaSharp.NativeAssets.Linux.NoDependencies TorchSharp TorchSharp.PyBridge",
        "lib/net10.0/MetaCritic.ML.TorchSharp.dll",
        "lib/net10.0/MetaCritic.ML.TorchSharp.xml")]
    [DataRow("MetaCritic.Cli", "", "tools/net10.0/any/MetaCritic.Cli.dll", "tools/net10.0/any/MetaCritic.dll", "tools/net10.0/any/MetaCritic.Tables.dll")]
    public void ThePackageIsComplete(string id, string needs, params string[] files)
    {
        using ZipArchive package = Open(id, "nupkg");
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];
        foreach (string file in (string[])["README.md", "icon.png", .. files])
        {
            Assert.Contains(file, names);
        }

        using Stream nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        XElement metadata = XElement.Load(nuspec).Elements().Single();
        XNamespace space = metadata.Name.Namespace;
        Assert.AreEqual("MIT", metadata.Element(space + "license")?.Value);
        Assert.AreEqual("expression", metadata.Element(space + "license")?.Attribute("type")?.Value);
        Assert.AreEqual("README.md", metadata.Element(space + "readme")?.Value);
        Assert.AreEqual("icon.png", metadata.Element(space + "icon")?.Value);
        Assert.Contains("meta-learning", metadata.Element(space + "tags")!.Value.Split(' '));
        Assert.IsGreaterThan(60, metadata.Element(space + "description")!.Value.Length);
        Assert.AreEqual(needs, string.Join(' ', metadata.Descendants(space + "dependency").Select(dependency => dependency.Attribute("id")!.Value).Order(StringComparer.Ordinal)));
        Assert.AreEqual(
            needs.Contains("Microsoft.ML", StringComparison.Ordinal) ? Machine.Version("Microsoft.ML") : null,
            metadata.Descendants(space + "dependency").SingleOrDefault(dependency => dependency.Attribute("id")!.Value == "Microsoft.ML")?.Attribute("version")?.Value);

        using ZipArchive symbols = Open(id, "snupkg");
        Assert.Contains(Path.ChangeExtension(files[0], ".pdb"), symbols.Entries.Select(entry => entry.FullName));
    }

    [TestMethod]
    [DataRow("MetaCritic", 2)]
    [DataRow("MetaCritic.Tables", 4)]
    [DataRow("MetaCritic.ML", 1)]
    public void TheFirstProgramRuns(string id, int errors)
    {
        string source = Repository.Blocks(Path.Combine(Repository.Root, "src", id, "README.md"), "csharp").Single();
        string output = Machine.Run("dotnet", Machine.WriteProgram("First" + errors, source, id), "run", "-c", "Release");
        double[] printed = [.. Error().Matches(output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.HasCount(errors, printed, output);
        Assert.IsLessThan(0.001, printed.Max(), output);
    }

    [TestMethod]
    public void TheToolRuns()
    {
        string folder = Directory.CreateDirectory(Machine.At("work")).FullName;
        string Tool(string arguments) => Machine.Run(Packed.Tool, folder, arguments.Split(' '));

        Assert.AreEqual(Machine.Built("PackageVersion"), Tool("--version").Trim().Split('+')[0]);
        Assert.Contains("iiwa_joint_7", Tool("robot kuka"));
        File.WriteAllText(Path.Combine(folder, "goals.csv"), "baseHinge,interArm\n0.8,0.8\n-0.8,0.8\n");
        Tool("train --robot two-link --goals goals.csv --out two-link.critic");
        Tool("fit --critic two-link.critic --goals goals.csv --out fitted.csv --steps 2");
        Assert.Contains("success", Tool("evaluate fitted.csv"));
    }

    private static ZipArchive Open(string id, string extension) => ZipFile.OpenRead(Path.Combine(Machine.Feed, $"{id}.{Machine.Built("PackageVersion")}.{extension}"));

    [GeneratedRegex(@"mean squared error (\S+) rad²")]
    private static partial Regex Error();
}
