using System.Text.RegularExpressions;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>The tests that docs/reliability.md names are there.</summary>
[TestClass]
public sealed partial class ReliabilityTests
{
    public static IEnumerable<object[]> Names =>
        Name().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "reliability.md"))).Select(match => match.Groups[1].Value).Distinct().Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Every_test_that_is_named_exists(string name)
    {
        string[] parts = name.Split('.');
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "tests"), parts[0] + ".cs", SearchOption.AllDirectories);
        Assert.IsTrue(
            files.Any(file => Regex.IsMatch(File.ReadAllText(file).ReplaceLineEndings("\n"), $@"\[TestMethod\](?:(?!\n    }})[\s\S])*?\bpublic (async )?(void|Task) {parts[1]}\(")), $"docs/reliability.md: there is no test {name}");
    }

    [TestMethod]
    public void Tests_are_named() => Assert.IsGreaterThan(20, Names.Count());

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Name();
}
