using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaCritic.ML.TorchSharp.Tests.Docs;

/// <summary>The examples with torch run as they are, print what their comments say, and do well.</summary>
[TestClass]
[DoNotParallelize]
public sealed partial class ExampleTests : TorchTests
{
    [TestMethod]
    public void A_pendulum_on_a_cart_is_brought_to_new_places()
    {
        string output = Run("TorchPendulum", 0);
        (double Goal, double Reached, double Angle)[] ends = [.. End().Matches(output).Select(match => (Number(match, 1), Number(match, 2), Number(match, 3)))];
        Assert.HasCount(3, ends, output);
        Assert.IsTrue(ends.All(end => Math.Abs(end.Reached - end.Goal) < 0.1 && Math.Abs(end.Angle) < 0.1), output);
        PrintsWhatItSays("TorchPendulum", output);
    }

    [TestMethod]
    public void A_sentence_becomes_a_goal_and_a_policy()
    {
        string output = Run("GoalsFromText", 0);
        Assert.MatchesRegex(@"front"": front.*\n.*left shelf"": left.*\n.*arm"": home", output);
        Assert.IsLessThan(0.03, Error().Matches(output).Max(match => Number(match, 1)), output);
        PrintsWhatItSays("GoalsFromText", output);
    }

    private static string Run(string example, int code, params string[] arguments)
    {
        (int ended, string output) = OwnProcess.Run(arguments, Repository.Example(example));
        Assert.AreEqual(code, ended, output);
        return output;
    }

    // Other digits will do, everything else must be as the comment has it.
    private static void PrintsWhatItSays(string example, string output)
    {
        IEnumerable<string> expected = File.ReadLines(Path.Combine(Repository.Root, "examples", example, "Program.cs"))
            .SkipWhile(line => !line.Contains("Expected output", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal))
            .Where(line => line.StartsWith("//   ", StringComparison.Ordinal))
            .Select(line => Digits().Replace(line[5..].Trim(), "#"));
        string[] printed = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Digits().Replace(line.Trim(), "#"))];
        CollectionAssert.AreEqual(expected.ToArray(), printed);
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"goal +(\S+) m: the cart ends at +(\S+) m, the pendulum at +(\S+) rad")]
    private static partial Regex End();

    [GeneratedRegex(@"error (\S+) rad²")]
    private static partial Regex Error();

    [GeneratedRegex(@" *-?\d+(\.\d+)?")]
    private static partial Regex Digits();
}
