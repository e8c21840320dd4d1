namespace MetaCritic.ML.TorchSharp.Tests;

/// <summary>Nothing that a user can do through the API ends the process: each misuse, in a process of its own, is one exception that says where.</summary>
[TestClass]
public sealed class MisuseTests : TorchTests
{
    public static IEnumerable<object[]> Names => Misuses.All.Select(misuse => new object[] { misuse.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void It_is_an_exception(string name)
    {
        (int code, string output) = OwnProcess.Run([name]);
        Assert.AreEqual(3, code, output);
        Assert.Contains(Misuses.All.Single(misuse => misuse.Name == name).Says, output);
        Assert.DoesNotContain("frame #", output);
    }
}
