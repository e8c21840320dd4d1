using MetaCritic.Mutations;

namespace MetaCritic.Cli.Tests.Docs;

/// <summary>The list of faults that the tests are checked with can be applied to the code as it is.</summary>
[TestClass]
public sealed class FaultListTests
{
    public static IEnumerable<object[]> Faults => Fault.All.Select(fault => new object[] { fault.Name });

    [TestMethod]
    [DynamicData(nameof(Faults))]
    public void Each_text_stands_in_its_file_once(string name)
    {
        Fault fault = Fault.All.Single(f => f.Name == name);
        string text = File.ReadAllText(Path.Combine(Repository.Root, fault.File)).ReplaceLineEndings("\n");
        Assert.HasCount(2, text.Split(fault.Old), $"{fault.File} does not have this once:\n{fault.Old}");
        Assert.AreNotEqual(fault.Old, fault.New);
        foreach (string killer in fault.Killers.Split(' '))
        {
            Assert.IsNotEmpty(Directory.GetFiles(Path.Combine(Repository.Root, "tests"), killer + ".cs", SearchOption.AllDirectories), killer);
        }
    }

    [TestMethod]
    public void There_are_at_least_40() => Assert.IsGreaterThanOrEqualTo(40, Fault.All.Count);
}
