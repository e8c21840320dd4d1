using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using MetaCritic.Cli.CommandLine;
using MetaCritic.Cli.Output;
using MetaCritic.Export;
using MetaCritic.Files;

namespace MetaCritic.Cli.Commands;

/// <summary><c>metacritic export</c>: a policy, a critic or learned dynamics for use without this product.</summary>
internal static class ExportCommand
{
    private static readonly Dictionary<string, ExportFormat> Formats = new(StringComparer.Ordinal) { ["onnx"] = ExportFormat.Onnx, ["c"] = ExportFormat.C, ["json"] = ExportFormat.Json };

    private static readonly Dictionary<string, ExportFormat> Extensions = new(StringComparer.OrdinalIgnoreCase) { [".onnx"] = ExportFormat.Onnx, [".h"] = ExportFormat.C, [".json"] = ExportFormat.Json };

    public static Command Create(Terminal terminal)
    {
        Argument<string> file = new("file") { Description = "A policy, a critic, or learned dynamics." };
        Option<string?> format = new("--format") { Description = "onnx, c (a C99 header) or json. Default: what the ending of --out says, .onnx, .h or .json.", HelpName = "format" };
        format.AcceptOnlyFromAmong([.. Formats.Keys]);
        Option<string> output = new("--out") { Description = "The export is written to this file; - for standard output. Names in a C header begin with its name.", HelpName = "file", Required = true };
        Option<bool> torques = new("--torques") { Description = "Of a policy: also the torques of the drives, N·m or N, with torque scale, speed loop and effort limits. Needs --critic or --robot." };
        Option<bool> dynamics = new("--dynamics") { Description = "Of a critic that was trained on learned dynamics: export those." };
        Option<string?> runtime = new("--onnxruntime") { Description = $"The library of ONNX Runtime that checks an ONNX export, for example libonnxruntime.so. Default: {OnnxCheck.Variable}, or what the system finds.", HelpName = "file" };
        Option<bool> json = Arguments.Json();
        ExampledCommand command = new("export", "Export a policy, a critic or learned dynamics: raw states go in, actions come out, and nothing of MetaCritic.ML is needed to run it.", "metacritic export reach.policy --out reach.onnx", "metacritic export reach.policy --torques --critic arm.critic --out reach.h") { file, format, output, torques, dynamics, runtime, json };
        PolicySystem.Options systems = PolicySystem.Options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            string source = parsed.GetRequiredValue(file), outFile = parsed.GetRequiredValue(output);
            ExportFormat chosen = FormatOf(parsed.GetValue(format), outFile);
            OutputFiles.RequireDistinct("--out", outFile, "the model", source);
            OutputFiles.RequireDistinct("--out", outFile, "--critic", parsed.GetValue(systems.Critic) ?? "");
            OutputFiles.RequireDistinct("--out", outFile, "--robot", parsed.GetValue(systems.Robot) ?? "");
            if (parsed.GetValue(dynamics) && (parsed.GetValue(torques) ? torques.Name : parsed.GetValue(systems.Critic) is not null ? systems.Critic.Name : null) is { } ofPolicies)
            {
                throw new InvalidInputException(ofPolicies, "it is for policies, and --dynamics asks for learned dynamics", "Leave it out");
            }

            if (!systems.AreGiven(parsed) && systems.ChangeOf(parsed) is { } needless)
            {
                throw new InvalidInputException(needless, "there is neither --robot nor --critic to change", "Leave it out, or name the robot of a policy; critics and learned dynamics are exported as they are");
            }

            PolicySystem? system = systems.AreGiven(parsed) ? systems.Load(terminal, parsed) : null;
            if (system is null && parsed.GetValue(torques))
            {
                throw new InvalidInputException("--torques", "a policy by itself does not say what torque an action is", "Give the critic that it was fitted with (--critic), or a robot (--robot)");
            }

            ModelExport export = ModelExport.Load(
                source,
                new() { Robot = system?.Robot, Dynamics = system?.Dynamics, Torques = parsed.GetValue(torques), LearnedDynamics = parsed.GetValue(dynamics) });
            if (outFile != Terminal.Dash)
            {
                OutputFiles.PrepareOutput(outFile);
            }
            else if (parsed.GetValue(json))
            {
                throw new InvalidInputException("--json", "the export goes to standard output", "Leave it out, or give a file with --out");
            }

            using MemoryStream stream = new();
            export.Save(stream, chosen, Path.GetFileNameWithoutExtension(outFile == Terminal.Dash ? source : outFile));
            OnnxCheck.Result? check = null;
            if (chosen == ExportFormat.Onnx)
            {
                check = OnnxCheck.Run(terminal, export, stream.ToArray(), parsed.GetValue(runtime), cancellationToken);
            }
            else if (parsed.GetValue(runtime) is not null)
            {
                throw new InvalidInputException("--onnxruntime", "it checks ONNX exports only", "Leave it out");
            }

            if (outFile == Terminal.Dash)
            {
                using Stream target = terminal.OpenOutput();
                target.Write(stream.GetBuffer(), 0, (int)stream.Length);
            }
            else
            {
                AtomicFile.Write(outFile, target => target.Write(stream.GetBuffer(), 0, (int)stream.Length));
            }

            Report(terminal, parsed.GetValue(json), export, chosen, stream.Length, check, outFile);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static ExportFormat FormatOf(string? format, string outFile) =>
        format is not null ? Formats[format]
        : Extensions.TryGetValue(Path.GetExtension(outFile), out ExportFormat found) ? found
        : throw new InvalidInputException("--format", $"it is missing, and {outFile} does not end with .onnx, .h or .json", "Give onnx, c or json");

    private static string Ports(IEnumerable<ExportedValue> values) => string.Join(", ", values.Select(value => $"{value.Name} [{Format.Count(value.Size)}]"));

    private static void Report(Terminal terminal, bool json, ModelExport export, ExportFormat format, long bytes, OnnxCheck.Result? check, string file)
    {
        if (json)
        {
            static JsonObject Sizes(IEnumerable<ExportedValue> values) => new(values.Select(value => KeyValuePair.Create(value.Name, (JsonNode?)value.Size)));
            Format.WriteJson(terminal, new JsonObject
            {
                ["kind"] = export.Kind,
                ["format"] = Formats.First(one => one.Value == format).Key,
                ["inputs"] = Sizes(export.Inputs),
                ["outputs"] = Sizes(export.Outputs),
                ["bytes"] = bytes,
                ["largestDifference"] = check is null ? null : Format.Number(check.LargestDifference),
                ["onnxRuntime"] = check?.Version,
                ["file"] = file,
            });
            return;
        }

        // What is written to standard output is not mixed with what is said of it.
        (file == Terminal.Dash ? terminal with { Out = terminal.Error } : terminal).WriteList(
        [
            ("model", export.Kind),
            ("inputs", Ports(export.Inputs)),
            ("outputs", Ports(export.Outputs)),
            .. check is null ? Array.Empty<(string, string)>()
                : [("largest difference", string.Create(CultureInfo.InvariantCulture, $"{check.LargestDifference:0.0E+0} in {OnnxCheck.Rows:N0} random inputs, ONNX Runtime {check.Version}"))],
            ("file", $"{(file == Terminal.Dash ? "standard output" : file)}, {bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes"),
        ]);
    }
}
