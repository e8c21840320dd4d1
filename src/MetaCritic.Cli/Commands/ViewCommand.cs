using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Cli.Views;
using MetaCritic.Files;
using MetaCritic.Tables;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic view</c>: shows robots and how policies move them, as a page or as a film strip.</summary>
internal static class ViewCommand
{
    /// <summary>Bounds the size of the page.</summary>
    public const int RunLimit = 24;

    /// <summary>Runs shown if none are chosen.</summary>
    public const int UsualRuns = 6;

    public static Command Create(Terminal terminal)
    {
        Argument<string[]> file = new("file") { Description = "A table that metacritic fit wrote, a table of goals, a critic, policies, a trajectory, or a robot (two-link, reacher, kuka, or a URDF or MJCF file).", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = new("--out") { Description = "The page is written to this file. It shows the motion in 3-D, in any browser, without a network.", HelpName = "view.html" };
        Option<string?> strip = new("--strip") { Description = "A film strip is written to this file: poses before, half-way and after fitting, and the error over the updates.", HelpName = "strip.svg" };
        Option<string?> rows = new("--rows") { Description = $"Rows of a table to show, for example 1,3,5-8. Default: the first {UsualRuns}.", HelpName = "rows" };
        Option<TableFormat?> separator = Arguments.Separator();
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("view", "Show how policies move a robot, before and after fitting, or a robot itself: a page to open in a browser, or a picture.", "metacritic view fitted.csv --critic arm.critic --out view.html", "metacritic view arm.urdf --out arm.html") { file, output, strip, rows, separator, json };
        PolicySystem.Options systems = PolicySystem.Options.AddTo(command);
        FittingOptions fitting = FittingOptions.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            string[] files = parsed.GetRequiredValue(file);
            string? page = parsed.GetValue(output), picture = parsed.GetValue(strip);
            if (page is null && picture is null)
            {
                throw new InvalidInputException("--out", "it is missing, and so is --strip", "Name a page to write, view.html, or a picture, strip.svg");
            }

            foreach (string input in (string[])[.. files, parsed.GetValue(systems.Critic) ?? "", parsed.GetValue(systems.Robot) ?? ""])
            {
                OutputFiles.RequireDistinct("--out", page ?? "", "the input", input);
                OutputFiles.RequireDistinct("--strip", picture ?? "", "the input", input);
            }

            OutputFiles.RequirePage("--out", page);
            OutputFiles.RequirePicture("--strip", picture);
            Scene scene = new SceneBuilder(terminal, parsed, systems, fitting, Arguments.FormatOf(parsed, separator)).Build(files, Rows(parsed.GetValue(rows)), cancellationToken);
            if (picture is not null && scene.Runs.Count == 0)
            {
                throw new InvalidInputException("--strip", "a robot alone does not move", "Give a table, a critic, policies or a trajectory, or --out");
            }

            foreach (string written in new[] { page, picture }.OfType<string>())
            {
                OutputFiles.PrepareOutput(written);
            }

            if (picture is not null)
            {
                AtomicFile.Write(picture, stream => FilmStrip.Write(scene, stream));
            }

            if (page is not null)
            {
                AtomicFile.Write(page, stream => ViewPage.Write(scene, stream));
            }

            Report(terminal, parsed.GetValue(json), scene, page, picture);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    /// <summary>Numbers such as <c>1,3,5-8</c>, each once; null for none.</summary>
    /// <exception cref="InvalidInputException">They are none, or too many.</exception>
    internal static int[]? Rows(string? text)
    {
        if (text is null)
        {
            return null;
        }

        List<int> rows = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) || first < 1 || last < first)
            {
                throw new InvalidInputException("--rows", $"value is \"{Shown.Text(text)}\"", "Give numbers from 1 and ranges, such as 1,3,5-8");
            }

            rows.AddRange(Enumerable.Range(first, Math.Min(last - first, RunLimit) + 1));
            if (rows.Count > RunLimit)
            {
                throw new InvalidInputException("--rows", $"value is \"{Shown.Text(text)}\", more than {Format.Count(RunLimit)} rows", $"Give at most {Format.Count(RunLimit)}");
            }
        }

        return [.. rows.Distinct()];
    }

    private static void Report(Terminal terminal, bool json, Scene scene, string? page, string? picture)
    {
        int goals = scene.Runs.Count(run => run.Goal is not null);
        int arrived = scene.Runs.Count(run => run.Stages[^1].Error <= scene.Tolerance);
        if (json)
        {
            Format.WriteJson(terminal, new JsonObject
            {
                ["title"] = scene.Title,
                ["runs"] = new JsonArray([.. scene.Runs.Select(run => (JsonNode)new JsonObject
                {
                    ["name"] = run.Name,
                    ["note"] = run.Note,
                    ["error"] = Format.Number(run.Stages[^1].Error),
                    ["arrived"] = run.Goal is null ? null : run.Stages[^1].Error <= scene.Tolerance,
                })]),
                ["page"] = page,
                ["strip"] = picture,
            });
            return;
        }

        terminal.WriteList(
        [
            ("shows", scene.Title),
            .. goals > 0 ? [("arrived", $"{Format.Count(arrived)} of {Format.Count(goals)} (error at most {Format.Short(scene.Tolerance)} {Format.ErrorUnit(scene.Robots[0])})")] : Array.Empty<(string, string)>(),
            .. page is null ? Array.Empty<(string, string)>() : [("page", page)],
            .. picture is null ? Array.Empty<(string, string)>() : [("strip", picture)],
        ]);
    }
}
