using System.Globalization;
using System.Text.Json;
using MetaCritic.Benchmarks.Ratios;

namespace MetaCritic.ML.Tests;

/// <summary>The runner of the benchmarks still runs. No figure is looked at but those that do not depend on time.</summary>
[TestClass]
public sealed class RatioCommandTests
{
    [TestMethod]
    public void EveryTableCanBeMeasured()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string json = Path.Combine(folder, "ratios.json");
        using StringWriter output = new(CultureInfo.InvariantCulture), errors = new(CultureInfo.InvariantCulture);

        Assert.AreEqual(0, RatioCommand.Run(["--quick", "--json", json], output, errors), errors.ToString());

        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(json));
        string[] tables = [.. document.RootElement.GetProperty("tables").EnumerateArray().Select(table => table.GetProperty("id").GetString()!)];
        CollectionAssert.AreEqual((string[])["products", "dynamics", "meta", "meta", "fitting", "calls", "listeners", "memory", "memory", "threads", "start"], tables);
        foreach (JsonElement figure in document.RootElement.GetProperty("tables").EnumerateArray()
            .SelectMany(table => table.GetProperty("rows").EnumerateArray()).SelectMany(row => row.GetProperty("figures").EnumerateArray()))
        {
            Assert.AreEqual(JsonValueKind.Number, figure.GetProperty("median").ValueKind, figure.ToString());
        }

        Assert.Contains("| critic, hidden: 48 × 400 × 400", output.ToString());
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void ATableThatDoesNotExistIsAnError()
    {
        using StringWriter output = new(CultureInfo.InvariantCulture), errors = new(CultureInfo.InvariantCulture);

        Assert.AreEqual(1, RatioCommand.Run(["--only", "products,nothing"], output, errors));

        Assert.Contains("There is no table 'nothing'", errors.ToString());
    }
}
