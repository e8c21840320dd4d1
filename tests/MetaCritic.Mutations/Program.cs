using MetaCritic.Mutations;

// dotnet run -c Release --project tests/MetaCritic.Mutations [-- [--list] [--in FOLDER] [PART-OF-A-NAME ...]]
// Applies each fault to a copy of the repository, builds it, runs the tests, and lists what they did not find. With --in the
// copy stays in the folder and is used again, without the first run of all tests, so that a long run can be made in parts.
List<string> words = [.. args];
bool list = words.Remove("--list");
string? folder = null;
if (words.IndexOf("--in") is >= 0 and int option)
{
    folder = Path.GetFullPath(words[option + 1]);
    words.RemoveRange(option, 2);
}

IReadOnlyList<Fault> faults = [.. Fault.All.Where(fault => words.Count == 0 || words.Any(word => fault.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))];
if (list)
{
    Console.WriteLine(string.Join('\n', faults.Select(fault => fault.Name)));
    return 0;
}

using RepositoryCopy copy = RepositoryCopy.Create(folder);
TestRunner runner = new(copy);
Console.WriteLine($"{faults.Count} faults, in {copy.Root}");
if (copy.IsNew && runner.Baseline() is string broken)
{
    Console.WriteLine($"the tests do not pass without a fault: {broken}");
    return 2;
}

List<Finding> findings = [];
foreach (Fault fault in faults)
{
    findings.Add(runner.Try(fault));
    Console.WriteLine(findings[^1]);
}

int Count(Outcome outcome) => findings.Count(finding => finding.Outcome == outcome);
Console.WriteLine();
Console.WriteLine($"{findings.Count} faults: {Count(Outcome.Killed)} killed, {Count(Outcome.Survived)} survived, {Count(Outcome.NotApplied)} could not be applied");
return Count(Outcome.Killed) == findings.Count ? 0 : 1;
