using System.CommandLine;
using System.Text.Json.Nodes;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Files;
using MetaCritic.Learning;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic inspect</c>: what a file is.</summary>
internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> file = new("file") { Description = "A critic, a policy, learned dynamics, a checkpoint, or a model that ML.NET saved (.zip)." };
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("inspect", "Tell what a file is: robot, goals, options that differ from the preset, learning curve, size, format, checksum.", "metacritic inspect arm.critic") { file, json };
        command.SetAction((parsed, _) =>
        {
            string path = parsed.GetRequiredValue(file);
            if (IsZip(path))
            {
                List<MlNetFile.Model> models = MlNetFile.Read(path, out string version);
                if (models.Count == 0)
                {
                    throw new InvalidInputException(path, "there is no model of MetaCritic.ML in this archive", "Give a file that mlContext.Model.Save wrote for a chain with one of ours");
                }

                ShowZip(terminal, parsed.GetValue(json), path, models, version);
            }
            else
            {
                ModelFile model = ModelFile.Read(path);
                ModelReport report = ModelReport.Of(model);
                if (parsed.GetValue(json))
                {
                    JsonObject document = report.Json;
                    document.Insert(0, "file", path);
                    Format.WriteJson(terminal, document);
                }
                else
                {
                    report.Show(terminal, ("file", path));
                }
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static bool IsZip(string path)
    {
        using FileStream stream = InputFile.OpenRead(path);
        try
        {
            byte[] head = new byte[4];
            return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && MlNetFile.IsZip(head);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{path}: the file could not be read: {e.Message}", e);
        }
    }

    private static void ShowZip(Terminal terminal, bool json, string path, List<MlNetFile.Model> models, string version)
    {
        (MlNetFile.Model Model, ModelReport Report)[] reports = [.. models.Select(model =>
        {
            using MemoryStream stream = new(model.File);
            return (model, ModelReport.Of(ModelFile.Read(stream, $"{path}, {model.Place}")));
        })];
        if (json)
        {
            Format.WriteJson(terminal, new JsonObject
            {
                ["file"] = path,
                ["kind"] = "mlnet",
                ["mlnetVersion"] = version,
                ["models"] = new JsonArray([.. reports.Select(one =>
                {
                    JsonObject document = one.Report.Json;
                    document.Insert(0, "place", one.Model.Place);
                    document.Insert(1, "transformer", one.Model.Kind);
                    document.Insert(2, "settings", one.Model.Settings?.DeepClone());
                    return (JsonNode)document;
                })]),
            });
            return;
        }

        terminal.WriteList(
            ("file", path),
            ("what", $"a model of ML.NET{(version.Length > 0 ? $" {version}" : "")} with {Format.Count(models.Count)} of MetaCritic.ML in it"));
        foreach ((MlNetFile.Model model, ModelReport report) in reports)
        {
            terminal.Out.WriteLine();
            report.Show(
                terminal,
                ("transformer", $"{(model.Kind.Length > 0 ? model.Kind : "unknown")}, {model.Place}"),
                ("columns", string.Join(", ", Columns(model.Settings))));
        }
    }

    // Names of columns are the texts among the settings; longer ones are robots.
    private static IEnumerable<string> Columns(JsonNode? settings) =>
        (settings as JsonObject ?? []).SelectMany(member => member.Value switch
        {
            JsonValue value when value.TryGetValue(out string? text) && text.Length <= 100 => [$"{member.Key} {text}"],
            JsonArray list when list.All(item => item is JsonValue one && one.TryGetValue(out string? _)) && list.Count > 0 => [$"{member.Key} {string.Join(" ", list.Select(item => item!.GetValue<string>()))}"],
            _ => Array.Empty<string>(),
        });
}
