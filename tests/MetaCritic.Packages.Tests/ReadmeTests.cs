using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaCritic.Packages.Tests;

/// <summary>The README's program runs as a file without a project, and its commands give the same error.</summary>
[TestClass]
public sealed partial class ReadmeTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "README.md");

    [TestMethod]
    public void TheProgramAndTheCommandsGiveTheSameError()
    {
        string folder = Directory.CreateDirectory(Packed.Machine.At("readme")).FullName;
        File.WriteAllText(Path.Combine(folder, "hello.cs"), Repository.Blocks(Page, "csharp").Single());
        string output = Machine.Run("dotnet", folder, "run", "hello.cs").Trim();
        string said = Repository.Blocks(Page, "text").Single(block => block.StartsWith("2 policies", StringComparison.Ordinal));
        Assert.AreEqual(Number().Replace(said, "#"), Number().Replace(output, "#"));
        double program = Value(ProgramError(), output);
        Assert.IsLessThan(0.001, program);

        foreach (Repository.Part file in Repository.Parts(Page).Where(part => part.FileName is not null))
        {
            File.WriteAllText(Path.Combine(folder, file.FileName!), file.Text);
        }

        string commands = Repository.Blocks(Page, "sh").Single(block => block.Contains("--goals goals.csv", StringComparison.Ordinal));
        foreach (string command in commands.Split('\n'))
        {
            output = Machine.Run(Packed.Tool, folder, command.Split(' ')[1..]);
        }

        Assert.AreEqual(program, Value(TableError(), output), 0.006 * program); // the program prints three digits
    }

    private static double Value(Regex pattern, string output)
    {
        Match match = pattern.Match(output);
        Assert.IsTrue(match.Success, output);
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\d+\.\d+(E-\d+)?|\d+E-\d+")]
    private static partial Regex Number();

    [GeneratedRegex("^2 policies: error (\\S+) ")]
    private static partial Regex ProgramError();

    [GeneratedRegex(@"^all +2 +0 +\S+ % +(\S+)", RegexOptions.Multiline)]
    private static partial Regex TableError();
}
