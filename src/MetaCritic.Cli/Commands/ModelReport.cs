using System.Globalization;
using System.Text.Json.Nodes;
using MetaCritic.Cli.Output;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Spectre.Console;

namespace MetaCritic.Cli.Commands;

/// <summary>What a file of MetaCritic.ML is, for people and for machines.</summary>
internal sealed class ModelReport
{
    // Goals and points of a learning curve that people are shown.
    private const int Shown = 8;

    private readonly List<(string Name, string Value)> _lines = [];
    private IReadOnlyList<ValidationPoint> _curve = [];
    private List<(string Option, string Value, string Preset)> _differences = [];
    private string _settings = "";

    private ModelReport()
    {
    }

    /// <summary>The same for machines.</summary>
    public JsonObject Json { get; } = [];

    /// <summary>Describes a file.</summary>
    public static ModelReport Of(ModelFile file)
    {
        ModelReport report = new();
        report.Json["kind"] = file.Kind;
        report._lines.Add(("what", file.Kind switch
        {
            "critic" => "a meta-trained critic",
            "policy" => "a fitted policy",
            "dynamics" => "learned dynamics",
            "checkpoint" => "a checkpoint of a meta-training",
            "baselineCheckpoint" => "a checkpoint of a baseline's training",
            "transitions" => "transitions that an interrupted training collected",
            _ => $"a file of the kind {file.Kind}",
        }));
        if (file.Critic is { } critic)
        {
            report.Add(critic);
        }
        else if (file.Policy is { } policy)
        {
            report.Add(policy);
        }
        else if (file.Dynamics is { } dynamics)
        {
            report.Add(dynamics);
        }
        else if (file.Training is { } training)
        {
            report.Add(training);
        }
        else
        {
            report._lines.Add(("tensors", string.Join(", ", file.Tensors.Select(tensor => $"{tensor.Key} [{string.Join(", ", tensor.Value)}]"))));
            report.Json["tensors"] = new JsonObject(file.Tensors.Select(tensor => KeyValuePair.Create(tensor.Key, (JsonNode?)new JsonArray([.. tensor.Value.Select(size => (JsonNode)size)]))));
        }

        report._lines.Add(("size", $"{file.Length.ToString("N0", CultureInfo.InvariantCulture)} bytes"));
        report._lines.Add(("format", $"version {Format.Count(file.FormatVersion)}"));
        report._lines.Add(("checksum", $"SHA-256 {file.Checksum}"));
        report.Json["bytes"] = file.Length;
        report.Json["formatVersion"] = file.FormatVersion;
        report.Json["checksum"] = file.Checksum;
        return report;
    }

    /// <summary>Writes the report for people.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="first">What stands first.</param>
    public void Show(Terminal terminal, params IEnumerable<(string Name, string Value)> first)
    {
        terminal.WriteList([.. first, .. _lines]);
        if (_differences.Count > 0)
        {
            terminal.Out.WriteLine();
            Table table = TerminalTables.Create([.. TerminalTables.Texts("option", "value", _settings)]);
            foreach ((string option, string value, string preset) in _differences)
            {
                table.Add(option, value, preset);
            }

            terminal.WriteTable(table);
        }

        if (_curve.Count > 0)
        {
            terminal.Out.WriteLine();
            Table table = TerminalTables.Create([.. TerminalTables.Numbers("iteration", "task loss", "validation error", "median", "policies", "diverged")]);
            foreach (int i in Enumerable.Range(0, Math.Min(Shown, _curve.Count)).Select(i => i * (_curve.Count - 1) / Math.Max(1, Math.Min(Shown, _curve.Count) - 1)))
            {
                ValidationPoint point = _curve[i];
                table.Add(Format.Count(point.Iteration), Format.Short(point.TaskLoss), Format.Short(point.Error), Format.Short(point.Median), Format.Count(point.Policies), Format.Count(point.Diverged));
            }

            terminal.WriteTable(table);
        }
    }

    private static string Product(string version) => $"MetaCritic.ML {version}";

    private static IEnumerable<(string Path, string Value)> Leaves(JsonNode? node, string path) => node is JsonObject group
        ? group.SelectMany(member => Leaves(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}"))
        : [(path, node?.ToJsonString() ?? "null")];

    private void Add(CriticModel critic)
    {
        AddSystem(critic.Robot, critic.LearnedDynamics?.PriorRobot, critic.LearnedDynamics is not null, critic.StateSize, critic.ActionSize);
        AddGoals(critic.Goals, critic.Robot);
        string unit = Format.ErrorUnit(critic.Robot);
        _lines.Add(("training", $"{Format.Count(critic.Iterations)} of {Format.Count(critic.Training.Iterations)} meta-iterations, task loss {Format.Short(critic.TaskLoss)}, error {Format.Short(critic.FinalError)} {unit}, seed {critic.Training.Seed.ToString(CultureInfo.InvariantCulture)}"));
        _lines.Add(("network", $"{critic.Network}, {critic.Parameters.Length.ToString("N0", CultureInfo.InvariantCulture)} parameters"));
        PolicyLearnerOptions fitting = PolicyLearner.DefaultOptions(critic);
        _lines.Add(("fitting", $"{Format.Count(fitting.Steps)} updates, {fitting.Optimizer.ToString().ToLowerInvariant()}, learning rate {Format.Short(fitting.LearningRate ?? critic.Training.PolicyLearningRate)}, {Format.Count(fitting.Horizon ?? critic.Training.Horizon)} control steps"));
        if (critic.LearnedDynamics is { } learned)
        {
            _lines.Add(("dynamics", learned.ToString()));
        }

        _lines.Add(("written by", Product(critic.ProductVersion)));
        Json["productVersion"] = critic.ProductVersion;
        Json["iterations"] = critic.Iterations;
        Json["taskLoss"] = Format.Number(critic.TaskLoss);
        Json["finalError"] = Format.Number(critic.FinalError);
        Json["parameters"] = critic.Parameters.Length;
        AddOptions(critic.Robot ?? critic.LearnedDynamics?.PriorRobot, critic.Dynamics ?? critic.LearnedDynamics?.PriorOptions, critic.Training, critic.Fitting, critic.Goals.Goals.Count);
        AddCurve(critic.LearningCurve);
    }

    private void Add(PolicyModel policy)
    {
        _lines.Add(("goal", Format.Point(policy.Goal)));
        _lines.Add(("system", $"{Format.Count(policy.StateSize)} state, {Format.Count(policy.ActionSize)} action components"));
        _lines.Add(("network", $"{policy.Network}, {policy.Parameters.Length.ToString("N0", CultureInfo.InvariantCulture)} parameters"));
        _lines.Add(("input scales", $"positions {Format.Short(policy.PositionScale)}, velocities {Format.Short(policy.VelocityScale)}"));
        if (policy.ActionLimit > 0)
        {
            _lines.Add(("action limit", Format.Short(policy.ActionLimit)));
        }

        _lines.Add(("written by", Product(policy.ProductVersion)));
        Json["productVersion"] = policy.ProductVersion;
        Json["goal"] = Format.Numbers(policy.Goal);
        Json["stateSize"] = policy.StateSize;
        Json["actionSize"] = policy.ActionSize;
        Json["actionLimit"] = policy.ActionLimit;
        Json["parameters"] = policy.Parameters.Length;
    }

    private void Add(LearnedDynamics dynamics)
    {
        _lines.Add(("dynamics", dynamics.ToString()));
        _lines.Add(("held out", $"{Format.Count(dynamics.HeldOut.HeldOutRows)} rows, errors {string.Join(", ", dynamics.HeldOut.Errors.Select(Format.Short))}"));
        _lines.Add(("time step", dynamics.Options.TimeStep is double step ? $"{Format.Short(step)} s" : "not given"));
        _lines.Add(("prior", dynamics.PriorRobot?.ToString() ?? (dynamics.Prior is null ? "none" : "custom dynamics")));
        Json["stateSize"] = dynamics.StateSize;
        Json["actionSize"] = dynamics.ActionSize;
        Json["prior"] = dynamics.PriorRobot?.Name;
        Json["rows"] = dynamics.HeldOut.Rows;
        Json["heldOutErrors"] = Format.Numbers(dynamics.HeldOut.Errors);
        Json["heldOutRSquared"] = Format.Numbers(dynamics.HeldOut.RSquared);
    }

    private void Add(TrainingSummary training)
    {
        AddSystem(training.Robot, null, training.IsOfLearnedDynamics, null, null);
        AddGoals(training.Goals, training.Robot);
        string last = training.History.Count == 0 ? "" : $", task loss {Format.Short(training.History[^1].TaskLoss)}, error {Format.Short(training.History[^1].FinalError)} {Format.ErrorUnit(training.Robot)} in the last";
        _lines.Add(("training", $"{Format.Count(training.History.Count)} of {Format.Count(training.Options.Iterations)} meta-iterations{last}, seed {training.Options.Seed.ToString(CultureInfo.InvariantCulture)}"));
        _lines.Add(("policies", Format.Count(training.Policies)));
        _lines.Add(("written by", Product(training.ProductVersion)));
        Json["productVersion"] = training.ProductVersion;
        Json["iterations"] = training.History.Count;
        Json["policies"] = training.Policies;
        Json["taskLosses"] = Format.Numbers(training.History.Select(one => one.TaskLoss));
        AddOptions(training.Robot, training.Dynamics, training.Options, null, training.Goals.Goals.Count);
        AddCurve(training.Validations);
    }

    private void AddSystem(RobotModel? robot, RobotModel? corrected, bool learned, int? states, int? actions)
    {
        _lines.Add(("robot", robot?.ToString() ?? (corrected is not null ? $"{corrected}, corrected by learned dynamics" : learned ? "none: learned dynamics" : "none: custom dynamics")));
        if (states is not null)
        {
            _lines.Add(("system", $"{Format.Count(states.Value)} state, {Format.Count(actions!.Value)} action components"));
        }

        Json["robot"] = robot?.Name;
        Json["joints"] = robot is null ? null : new JsonArray([.. robot.MovableJoints.Select(joint => (JsonNode)joint.Name)]);
    }

    private void AddGoals(TrainingGoals goals, RobotModel? robot)
    {
        string unit = Format.ErrorUnit(robot).Replace("²", "", StringComparison.Ordinal);
        string more = goals.Goals.Count > Shown ? ", …" : "";
        _lines.Add(("goals", $"{Format.Count(goals.Goals.Count)}: {string.Join(", ", goals.Goals.Take(Shown).Select(goal => Format.Point(goal)))}{more} {(robot is null ? "" : unit)}".TrimEnd()));
        Json["goals"] = new JsonArray([.. goals.Goals.Select(goal => (JsonNode)Format.Numbers(goal))]);
        if (goals.ParameterNames.Count > 0)
        {
            _lines.Add(("varied", string.Join(", ", goals.ParameterNames)));
        }
    }

    // What is set otherwise than the built-in robot's preset, or than would be worked out from the robot.
    private void AddOptions(RobotModel? robot, RigidBodyOptions? dynamics, MetaTrainingOptions training, PolicyLearnerOptions? fitting, int goals)
    {
        TaskPreset? preset = robot is null ? null : TaskPreset.All.FirstOrDefault(one => one.Robot.Name == robot.Name) ?? TaskPreset.For(robot, Math.Max(1, goals));
        TaskPreset reference = preset ?? TaskPreset.Reacher;
        string name = $"the preset {reference.Name}";
        (string those, _settings) = reference.Explanation is null ? ($"those of {name}", $"in {name}") : ("those worked out from the robot", "worked out");
        TaskPreset given = reference with { Dynamics = dynamics ?? reference.Dynamics, Training = training, Fitting = fitting ?? reference.Fitting };
        Dictionary<string, string> usual = Leaves(JsonNode.Parse(OptionsJson.Write(reference)), "").ToDictionary(leaf => leaf.Path, leaf => leaf.Value, StringComparer.Ordinal);
        _differences = [.. Leaves(JsonNode.Parse(OptionsJson.Write(given)), "")
            .Where(leaf => usual.GetValueOrDefault(leaf.Path) != leaf.Value)
            .Select(leaf => (leaf.Path, leaf.Value, usual.GetValueOrDefault(leaf.Path) ?? "–"))];
        if (_differences.Count == 0)
        {
            _lines.Add(("options", those));
        }

        Json["preset"] = preset is null ? null : preset.Explanation is null ? preset.Name : RobotSource.Computed;
        Json["differences"] = new JsonObject(_differences.Select(one => KeyValuePair.Create(one.Option, JsonNode.Parse(one.Value))));
    }

    private void AddCurve(IReadOnlyList<ValidationPoint> curve)
    {
        _curve = curve;
        Json["learningCurve"] = new JsonArray([.. curve.Select(point => (JsonNode)new JsonObject
        {
            ["iteration"] = point.Iteration,
            ["taskLoss"] = Format.Number(point.TaskLoss),
            ["error"] = Format.Number(point.Error),
            ["median"] = Format.Number(point.Median),
            ["policies"] = point.Policies,
            ["diverged"] = point.Diverged,
        })]);
    }
}
