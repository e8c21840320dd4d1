using System.Reflection;
using MetaCritic.ML;
using MetaCritic.Robots;

namespace MetaCritic.Packages.Tests;

/// <summary>The public members are those listed in <c>PublicApi.txt</c> beside each project: no change of them goes unnoticed.</summary>
[TestClass]
public sealed class ApiBaselineTests
{
    private const string Update = "METACRITIC_UPDATE_API";

    public static IEnumerable<object[]> Assemblies => [[typeof(RobotModel).Assembly], [typeof(CriticTrainer).Assembly]];

    [TestMethod]
    [DynamicData(nameof(Assemblies))]
    public void ThePublicMembersAreThoseListed(Assembly assembly)
    {
        string path = Path.Combine(Repository.Root, "src", assembly.GetName().Name!, "PublicApi.txt");
        string[] present = [.. Lines(assembly)];
        Assert.IsGreaterThan(100, present.Length);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, string.Join('\n', present) + "\n");
        }

        string difference = Difference(File.ReadAllLines(path), present);
        Assert.AreEqual("", difference, $"""
            The public API is not the one that {path} lists (- listed only, + there only):
            {difference}
            If that is intended: {Update}=1 dotnet test -c Release tests/MetaCritic.Packages.Tests --filter {nameof(ApiBaselineTests)}
            writes the list anew. What breaks callers belongs into CHANGELOG.md.
            """);
    }

    [TestMethod]
    public void ADifferenceNamesTheTypeAndTheMembers()
    {
        string[] listed = ["public class A", "    method public void F()", "public class B", "    method public void G()"];
        string[] present = ["public class A", "    method public void F(int n)", "public class B", "    method public void G()", "public class C"];
        Assert.AreEqual("""
              public class A
            -     method public void F()
            +     method public void F(int n)
            + public class C
            """.ReplaceLineEndings("\n"), Difference(listed, present));
        Assert.AreEqual("", Difference(listed, listed));
    }

    private static IEnumerable<string> Lines(Assembly assembly)
    {
        foreach (Type type in assembly.GetExportedTypes().OrderBy(ApiRenderer.Key, StringComparer.Ordinal))
        {
            string bases = string.Join(", ", ApiRenderer.Bases(type).Order(StringComparer.Ordinal));
            yield return ApiRenderer.Declaration(type) + ApiRenderer.DelegateParameters(type) + (bases.Length > 0 ? $" : {bases}" : "") + ApiRenderer.Constraints(type);
            foreach (string member in ApiRenderer.Members(type).Order(StringComparer.Ordinal))
            {
                yield return "    " + member;
            }
        }
    }

    // Members are compared within their type; a type appears above the members in which it differs.
    private static string Difference(string[] listed, string[] present)
    {
        Dictionary<string, List<string>> old = ByType(listed), now = ByType(present);
        List<string> lines = [];
        foreach (string type in old.Keys.Union(now.Keys))
        {
            List<string>? before = old.GetValueOrDefault(type), after = now.GetValueOrDefault(type);
            string[] changes =
            [
                .. (before ?? []).Except(after ?? []).Select(member => $"- {member}"),
                .. (after ?? []).Except(before ?? []).Select(member => $"+ {member}"),
            ];
            if (before is null || after is null || changes.Length > 0)
            {
                lines.Add($"{(before is null ? '+' : after is null ? '-' : ' ')} {type}");
                lines.AddRange(changes);
            }
        }

        return string.Join('\n', lines);
    }

    private static Dictionary<string, List<string>> ByType(string[] lines)
    {
        Dictionary<string, List<string>> types = new(StringComparer.Ordinal);
        List<string> members = [];
        foreach (string line in lines)
        {
            if (line.StartsWith(' '))
            {
                members.Add(line);
            }
            else
            {
                types[line] = members = [];
            }
        }

        return types;
    }
}
