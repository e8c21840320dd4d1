using System.CommandLine;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>The command <c>ratios</c>: tables of figures that were measured in one process, in turn.</summary>
internal static class RatioCommand
{
    private static readonly (string Name, Func<Effort, IEnumerable<Table>> Measure)[] Sections =
    [
        ("products", effort => [ProductRatios.Measure(effort)]),
        ("dynamics", effort => [DynamicsRatios.Measure(effort)]),
        ("meta", MetaRatios.Measure),
        ("fitting", effort => [FittingRatios.Measure(effort)]),
        ("calls", effort => [CallRatios.Measure(effort)]),
        ("listeners", effort => [ListenerRatios.Measure(effort)]),
        ("memory", MemoryRatios.Measure),
        ("threads", effort => effort.ProcessorTime ? [] : [ThreadRatios.Measure(effort)]),
        ("start", effort => effort.ProcessorTime ? [] : [StartRatios.Measure(effort)]),
    ];

    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        Option<string[]> only = new("--only")
        {
            Description = $"Which tables, separated by commas: {string.Join(", ", Sections.Select(section => section.Name))}. Default: all.",
            CustomParser = result => result.Tokens[^1].Value.Split(','),
        };
        Option<FileInfo?> json = new("--json") { Description = "Also write everything to this file." };
        Option<bool> quick = new("--quick") { Description = "Only see that everything runs; the figures mean nothing." };
        Option<bool> processorTime = new("--processor-time")
        {
            Description = "For a machine that others use: count the time spent on a processor instead of the time that passes. Leaves out two threads and the start.",
        };
        only.Validators.Add(result =>
        {
            foreach (string name in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (!Sections.Any(section => section.Name == name))
                {
                    result.AddError($"There is no table '{name}'. There are {string.Join(", ", Sections.Select(section => section.Name))}.");
                }
            }
        });
        Command command = new("ratios", "Measure ratios in one process, interleaved: A B A B …, medians with quartiles.") { only, json, quick, processorTime };
        command.SetAction(parsed => Measure(parsed.GetValue(only), parsed.GetValue(json), (parsed.GetValue(quick) ? Effort.Quick : Effort.Full) with { ProcessorTime = parsed.GetValue(processorTime) }, output));
        return command.Parse(args).Invoke(new() { Output = output, Error = errors });
    }

    private static void Measure(string[]? only, FileInfo? json, Effort effort, TextWriter output)
    {
        IReadOnlyDictionary<string, string> machine = Machine.Describe();
        foreach ((string name, string value) in machine)
        {
            output.WriteLine($"{name,-10} {value}");
        }

        output.WriteLine();
        output.WriteLine($"Medians [quartiles] of {effort.Rounds} rounds in which everything compared takes its turn{(effort.ProcessorTime ? "; time on a processor" : "")}.");
        List<Table> tables = [];
        foreach ((_, Func<Effort, IEnumerable<Table>> measure) in Sections.Where(section => only is not { Length: > 0 } || only.Contains(section.Name)))
        {
            foreach (Table table in measure(effort))
            {
                Report.Write(output, table);
                output.Flush();
                tables.Add(table);
            }
        }

        if (json is not null)
        {
            Report.WriteJson(json.FullName, machine, tables);
        }
    }
}
