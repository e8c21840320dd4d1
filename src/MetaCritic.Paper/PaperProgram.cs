using System.CommandLine;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Paper.Experiments;
using MetaCritic.Paper.Items;
using MetaCritic.Paper.Report;
using MetaCritic.Paper.Results;

namespace MetaCritic.Paper;

/// <summary>The program that computes figures and tables of the paper.</summary>
internal static class PaperProgram
{
    /// <summary>How it is called from the repository's root.</summary>
    public const string Call = "dotnet run -c Release --project src/MetaCritic.Paper --";

    private const string AllItems = "all";
    private const string CriticFolder = "critics";
    private const int SeedLimit = 1000;
    private const int UsualSeeds = 5;
    private const int QuickSeeds = 1;

    /// <summary>The program.</summary>
    public static ConsoleProgram Program { get; } = new(CreateCommand);

    private static ExampledCommand CreateCommand(Terminal terminal, IReadOnlyList<string> args)
    {
        Argument<string> name = new("item") { Description = $"{string.Join(", ", PaperItems.All.Select(item => item.Name))}, or all, which also writes report.html and results.md.", HelpName = "item" };
        name.AcceptOnlyFromAmong([.. PaperItems.All.Select(item => item.Name), AllItems]);
        Option<string> output = new("--out") { Description = "Folder for the tables (CSV) and figures (SVG); made if it is not there.", HelpName = "folder", Required = true };
        Option<int?> seeds = new("--seeds") { Description = $"Number of seeds. Default: {Format.Count(UsualSeeds)}, with --quick {Format.Count(QuickSeeds)}.", HelpName = "N" };
        Option<bool> quick = new("--quick") { Description = "Do everything, but little of it: to see that it runs. The numbers mean little." };
        Option<bool> resume = new("--resume") { Description = "Use the critics that an interrupted run left in the folder, instead of training them again." };
        Option<bool> redraw = new("--redraw") { Description = "Draw the figures again from the tables of a finished run in the folder, without computing. report.html stays as it is." };
        Option<int?> threads = Arguments.Threads();
        ExampledCommand command = new("MetaCritic.Paper", "Compute a figure or a table of the paper, with its numbers beside ours. The same command gives the same files, byte for byte.", $"{Call} fig5 --out results --quick")
        {
            name, output, seeds, quick, resume, redraw, threads,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string wanted = parsed.GetRequiredValue(name);
            string folder = parsed.GetRequiredValue(output);
            bool isQuick = parsed.GetValue(quick);
            int count = parsed.GetValue(seeds) ?? (isQuick ? QuickSeeds : UsualSeeds);
            Arguments.RequireRange("--seeds", count, 1, SeedLimit);
            int cores = parsed.GetValue(threads) ?? 0;
            Arguments.RequireRange("--threads", cores, 0, 1024);
            OutputFiles.PrepareFolder("--out", folder);
            CriticStore critics = new(Path.Combine(folder, CriticFolder), parsed.GetValue(resume));
            PaperRunner runner = new(terminal, folder, progress => new PaperContext(count, isQuick, cores, critics, progress, cancellationToken));
            IPaperItem[] items = [.. PaperItems.All.Where(item => wanted == AllItems || item.Name == wanted)];
            if (parsed.GetValue(redraw))
            {
                Option? other = ((Option[])[seeds, quick, resume, threads]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
                if (other is not null)
                {
                    throw new InvalidInputException("--redraw", $"{other.Name} is given too, but nothing is computed", "Leave one of them out");
                }

                runner.Redraw(items);
                return Task.FromResult(ExitCode.Success);
            }

            List<ItemReport> results = [];
            foreach (IPaperItem item in items)
            {
                OutputFiles.PrepareOutput(Path.Combine(folder, item.Name + ".csv"));
                results.Add(runner.Run(item));
            }

            if (wanted == AllItems)
            {
                string seedsUsed = count == 1 ? "seed 0" : $"seeds 0 to {Format.Count(count - 1)}";
                string heading = $"S{seedsUsed[1..]}{(isQuick ? " with --quick: the numbers mean little" : "")}.";
                string options = $"--out results{(parsed.GetValue(seeds) is null ? "" : $" --seeds {Format.Count(count)}")}{(isQuick ? " --quick" : "")}";
                runner.Write("report.html", HtmlReport.Write(heading, results));
                runner.Write("results.md", ResultsPage.Write(Call, options, seedsUsed, results));
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
