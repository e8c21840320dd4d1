using System.CommandLine;
using System.Text.RegularExpressions;
using MetaCritic.Cli.Output;
using MetaCritic.Tasks;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>What the documentation shows is what there is.</summary>
[TestClass]
public sealed partial class DocumentationTests
{
    [TestMethod]
    public void TheFirstProgramIsTheExample()
    {
        string snippet = Repository.Blocks(Path.Combine(Repository.Root, "docs", "getting-started.md"), "csharp").Single();
        IEnumerable<string> program = File.ReadLines(Path.Combine(Repository.Root, "examples", "FirstProgram", "Program.cs")).SkipWhile(line => line.StartsWith("//", StringComparison.Ordinal));
        Assert.AreEqual(string.Join('\n', program).Trim(), snippet.Trim());
        Assert.IsLessThanOrEqualTo(20, snippet.Trim().Split('\n').Length);
    }

    [TestMethod]
    public void OtherProgramsAreCompiled()
    {
        IEnumerable<string> files = new[] { "tests/MetaCritic.Cli.Tests/Docs", "tests/MetaCritic.Tables.Tests/Docs", "tests/MetaCritic.ML.Tests/Docs", "tests/MetaCritic.ML.TorchSharp.Tests/Docs", "examples" }.SelectMany(
            folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories));
        string source = string.Join('\n', files.Select(file => Squeezed(File.ReadAllText(file))));
        foreach (string page in Repository.Pages.Where(page => Path.GetFileName(page) != "mlnet.md")) // PageTests run that one
        {
            foreach (string snippet in Repository.Blocks(page, "csharp").Where(snippet => !snippet.StartsWith("#:package", StringComparison.Ordinal))) // the tests of the packages run these
            {
                Assert.Contains(Squeezed(snippet), source, $"{page}: this stands in no compiled file:\n{snippet}");
            }
        }
    }

    [TestMethod]
    public void TheIndexNamesEveryPage()
    {
        string docs = Path.Combine(Repository.Root, "docs");
        string index = File.ReadAllText(Path.Combine(docs, "README.md"));
        foreach (string page in Directory.EnumerateFiles(docs, "*.md").Select(page => Path.GetFileName(page)).Where(page => page != "README.md"))
        {
            Assert.Contains($"]({page})", index, $"docs/README.md does not link to {page}");
        }
    }

    [TestMethod]
    public void CommandLinesParse()
    {
        int lines = 0;
        foreach (string page in Repository.Pages)
        {
            foreach (string block in Repository.Blocks(page, "sh"))
            {
                foreach (string line in block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Where(line => line.StartsWith("metacritic ", StringComparison.Ordinal) && !line.Contains('…', StringComparison.Ordinal)))
                {
                    string[] arguments = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)];
                    ParseResult result = Tool.Program.CreateRoot(new Terminal(TextWriter.Null, TextWriter.Null), arguments).Parse(arguments);
                    Assert.IsEmpty(result.Errors, $"{page}: {line}: {string.Join("; ", result.Errors)}");
                    lines++;
                }
            }
        }

        Assert.IsGreaterThan(5, lines);
    }

    [TestMethod]
    public void OptionFilesAreRead()
    {
        int files = 0;
        foreach (string page in Repository.Pages)
        {
            foreach (string json in Repository.Blocks(page, "json").Where(json => json.Contains("\"training\"", StringComparison.Ordinal)))
            {
                OptionsJson.Apply(json, TaskPreset.Kuka);
                files++;
            }
        }

        Assert.IsGreaterThan(1, files);
    }

    [TestMethod]
    public void LinksLead()
    {
        foreach (string page in Repository.Pages)
        {
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
            {
                Assert.DoesNotContain(Path.Combine(Repository.Root, "src"), page, $"{page}: {link.Value} leads nowhere from a package");
                string target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value);
                Assert.IsTrue(File.Exists(target) || Directory.Exists(target), $"{page}: {link.Value} leads nowhere");
            }
        }
    }

    // Without indentation, empty lines and the using directives, which stand at the top of a compiled file.
    private static string Squeezed(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n')
        .Select(line => line.Trim())
        .Where(line => line.Length > 0 && !Directive().IsMatch(line)));

    [GeneratedRegex(@"^using (static )?[A-Za-z.]+;$")]
    private static partial Regex Directive();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)")]
    private static partial Regex Link();
}
