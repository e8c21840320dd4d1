using MetaCritic.Mutations;

// dotnet run -c Release --project tests/MetaCritic.Mutations [-- PART-OF-A-NAME ...]
// Applies each fault to a copy of the repository, builds it, runs the tests, and lists what they did not find.
IReadOnlyList<Fault> faults = [.. Fault.All.Where(fault => args.Length == 0 || args.Any(arg => fault.Name.Contains(arg, StringComparison.OrdinalIgnoreCase)))];
using RepositoryCopy copy = RepositoryCopy.Create();
TestRunner runner = new(copy);
Console.WriteLine($"{faults.Count} faults, in {copy.Root}");
if (runner.Baseline() is string broken)
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
