using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace MetaCritic.Packages.Tests;

/// <summary>The page on ML.NET pipelines is a program: its C# runs from top to bottom in a new project with the packages.</summary>
[TestClass]
public sealed partial class PageTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "mlnet.md");

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void ThePageRunsFromTopToBottom()
    {
        string text = File.ReadAllText(Page);
        string[] packages = [.. AddPackage().Matches(text).Select(match => match.Groups[1].Value)];
        Assert.Contains("Microsoft.ML", packages);
        Assert.Contains("MetaCritic.ML", packages);
        string folder = Packed.Machine.WriteProgram("Page", string.Join("\n", Repository.Blocks(Page, "csharp")), packages);

        // What the page tells to copy, and the database that it names.
        string[] files = [.. text.Split('\n').Where(line => line.StartsWith("- `examples/", StringComparison.Ordinal)).SelectMany(line => ExampleFile().Matches(line)).Select(match => match.Groups[1].Value)];
        Assert.HasCount(4, files);
        foreach (string file in files)
        {
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(folder, Path.GetFileName(file)));
        }

        FillDatabase(Path.Combine(folder, "goals.db"));
        string output = Machine.Run("dotnet", folder, "run", "-c", "Release");
        TestContext.WriteLine(output);

        // What it prints under its first program, but for digits, and what else it says.
        string[] printed = [.. output.Split('\n').Select(line => line.Trim())];
        foreach (string line in Repository.Blocks(Page, "").Single(block => block.Contains("policies: error", StringComparison.Ordinal)).Split('\n'))
        {
            string pattern = Number().Replace(Regex.Escape(line), @"\d\S*");
            Assert.IsTrue(Array.Exists(printed, found => Regex.IsMatch(found, $"^{pattern}$")), $"No line such as {line}:\n{output}");
        }

        Assert.IsLessThan(0.05, Value(output, @"^12 policies: error (\S+) "));
        Assert.IsLessThan(0.2, Value(output, @"^Mean absolute error, cross-validated: (\S+) rad²"));
        Assert.IsLessThan(0.05, Value(output, @"^Mean Absolute Error: (\S+)"));
        Assert.IsGreaterThan(0.99, Value(output, @"^R² of the velocity: (\S+)"));
        foreach (string source in (string[])["An object", "A data frame", "A database"])
        {
            Assert.IsLessThan(0.1, Value(output, $@"^{source}: error (\S+) after \d+ updates"));
        }
    }

    private static double Value(string output, string pattern)
    {
        Match match = Regex.Match(output, pattern, RegexOptions.Multiline);
        Assert.IsTrue(match.Success, $"No line such as {pattern}:\n{output}");
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static void FillDatabase(string path)
    {
        using SqliteConnection connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE goals(shoulder REAL, elbow REAL); INSERT INTO goals VALUES(0.5, 0.1), (0.2, -0.4)";
        command.ExecuteNonQuery();
    }

    [GeneratedRegex(@"^dotnet add package (\S+)$", RegexOptions.Multiline)]
    private static partial Regex AddPackage();

    [GeneratedRegex("`(examples/[^`]+)`")]
    private static partial Regex ExampleFile();

    [GeneratedRegex(@"\d+\\\.\d+|\d+(?=\\ %)")]
    private static partial Regex Number();
}
