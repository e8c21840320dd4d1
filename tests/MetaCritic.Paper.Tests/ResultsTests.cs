using System.CommandLine;
using System.Text.RegularExpressions;
using MetaCritic.Cli.Output;
using MetaCritic.Paper.Items;

namespace MetaCritic.Paper.Tests;

/// <summary>What the documentation says about the paper's items is what the program does.</summary>
[TestClass]
public sealed partial class ResultsTests
{
    [TestMethod]
    public void CommandLinesParse()
    {
        int lines = 0;
        foreach (string page in Repository.Pages)
        {
            foreach (string line in Repository.Blocks(page, "sh").SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')).Where(line => line.StartsWith(PaperProgram.Call, StringComparison.Ordinal)))
            {
                string[] arguments = line[PaperProgram.Call.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                ParseResult result = PaperProgram.Program.CreateRoot(new Terminal(TextWriter.Null, TextWriter.Null), arguments).Parse(arguments);
                Assert.IsEmpty(result.Errors, $"{page}: {line}: {string.Join("; ", result.Errors)}");
                lines++;
            }
        }

        Assert.IsGreaterThan(3, lines);
    }

    [TestMethod]
    public void ResultsHaveEveryItemWithItsTextCommandAndDuration()
    {
        string page = Results();
        int before = -1;
        foreach (IPaperItem item in PaperItems.All)
        {
            int heading = page.IndexOf($"\n## {item.Name}: {item.Title}\n\n{item.Shown}\n", StringComparison.Ordinal);
            Assert.IsGreaterThan(before, heading, $"{item.Name} is not there with the text that it prints, or not in its place");
            Assert.Contains($"\n`{PaperProgram.Call} {item.Name} --out results`, seeds 0 to 4.\n", page[heading..]);
            Assert.MatchesRegex(new Regex($@"\n\| `{item.Name}` \| ([\d.]+ s|\d+ min \d+ s|\d+ h \d+ min|not computed yet) \|\n"), page);
            before = heading;
        }
    }

    [TestMethod]
    public void TheReadmeQuotesTableOneOfTheResults()
    {
        string page = Results();
        string table = page[page.IndexOf("\n## table1:", StringComparison.Ordinal)..];
        Dictionary<string, string[]> rows = table[..table.IndexOf("\n```\n", StringComparison.Ordinal)].Split('\n')
            .Select(line => Cells().Split(line)).Where(cells => cells.Length == 11 && cells[0].Length > 0).ToDictionary(cells => cells[0], cells => cells[1..]);
        const int Half = 4; // the column of 0.5 rad
        string said = $"at 0.5 rad the paper reports an error of {rows["paper: learned critic"][Half]}, and here it is {rows["learned critic"][Half]}, or {rows["learned critic, starts drawn"][Half]} where";
        Assert.Contains(said, File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings(" "));
    }

    private static string Results() => File.ReadAllText(Path.Combine(Repository.Root, "docs", "results.md")).ReplaceLineEndings("\n");

    [GeneratedRegex(" {2,}")]
    private static partial Regex Cells();
}
