// Shows the whole way: a table of goals → a critic → a file → policies for new goals and a heavier arm → metrics.
// Takes some ten seconds on two cores, after the build.
//
//   dotnet run -c Release --project examples/Quickstart
//
// Expected output, after two progress bars (the last digits differ between processors):
//
//   arm2.mass   policies   before, rad²   after, rad²        95 % interval
//        1 kg          6           3.38       0.00004   0.00001 to 0.00008
//        2 kg          6           2.93       0.00007   0.00002 to 0.00014
//
//   12 policies, for goals that the critic has never seen:
//   mean squared error 0.00006 rad², some 0.4° per joint.
using System.Globalization;
using MetaCritic.Learning;
using MetaCritic.ML;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Capabilities.Ansi = false; // no colours in a file or a pipe
    AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
}

MLContext ml = new();
RobotModel robot = RobotModel.TwoLink;
TaskPreset preset = TaskPreset.For(robot, goals: 4); // settings worked out from the robot, as for any URDF file
string goalFolder = Path.Combine(AppContext.BaseDirectory, "goals");

// 1. Meta-train a critic through the model of the arm, on the goals of a table.
IDataView training = ml.MetaCritic().Data.LoadGoals(Path.Combine(goalFolder, "training.csv"), robot);
CriticTransformer critic = WithProgress("Meta-training", bar => ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options
{
    Preset = preset,
    Progress = new Reports<MetaTrainingProgress>(p => bar(p.Completed, p.Total)),
}).Fit(training));

// 2. Save it, and load it as another program would.
string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".zip");
ml.Model.Save(critic, training.Schema, path);
ITransformer loaded = ml.Model.Load(path, out _);
File.Delete(path);

// 3. Fit policies without the model: one per row of another table, each from scratch, each on the arm its row asks for.
IDataView goals = ml.MetaCritic().Data.LoadGoals(Path.Combine(goalFolder, "new.csv"), robot);
(MetaCriticMetrics before, MetaCriticMetrics after) = WithProgress("Fitting policies", bar =>
{
    PolicyFittingEstimator fitting = ml.MetaCritic().Transforms.FitPolicies(CriticTransformer.From(ml, loaded), new PolicyFittingEstimator.Options
    {
        DynamicsColumns = { ["arm2.mass"] = "arm2.mass" },
        Progress = new Reports<FittingProgress>(p => bar(p.Completed, p.Total)),
    });
    IDataView fitted = fitting.Fit(goals).Transform(goals);

    // 4. How close do they come? ML.NET's own evaluation applies as well.
    MetaCriticMetrics ours = ml.MetaCritic().Evaluate(fitted, groupColumnName: "arm2.mass");
    RegressionMetrics regression = ml.Regression.Evaluate(fitted);
    return Math.Abs(regression.MeanAbsoluteError - ours.Mean) < 1e-6 ? (Unfitted(), ours) : throw new InvalidOperationException("The two evaluations differ.");
});

Table table = new Table().Border(TableBorder.Simple);
foreach (string header in (string[])["arm2.mass", "policies", "before, rad²", "after, rad²", "95 % interval"])
{
    table.AddColumn(new TableColumn(header).RightAligned());
}

foreach ((string mass, MetaCriticMetrics group) in after.Groups)
{
    table.AddRow(
        $"{mass} kg",
        Text($"{group.Count}"),
        Text($"{before.Groups[mass].Mean:F2}"),
        Text($"{group.Mean:F5}"),
        Text($"{group.ConfidenceLow:F5} to {group.ConfidenceHigh:F5}"));
}

AnsiConsole.Write(table);
AnsiConsole.WriteLine(Text($"{after.Count} policies, for goals that the critic has never seen:"));
AnsiConsole.WriteLine(Text($"mean squared error {after.Mean:F5} rad², some {double.RadiansToDegrees(Math.Sqrt(after.Mean)):F1}° per joint."));

// The same policies without any update.
MetaCriticMetrics Unfitted() => ml.MetaCritic().Evaluate(
    ml.MetaCritic().Transforms.FitPolicies(CriticTransformer.From(ml, loaded), new PolicyFittingEstimator.Options
    {
        DynamicsColumns = { ["arm2.mass"] = "arm2.mass" },
        NumberOfSteps = 0,
    }).Fit(goals).Transform(goals),
    groupColumnName: "arm2.mass");

static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

static T WithProgress<T>(string title, Func<Action<long, long>, T> work) => AnsiConsole.Progress()
    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
    .Start(display =>
    {
        ProgressTask task = display.AddTask(title);
        return work((completed, total) =>
        {
            task.MaxValue = total;
            task.Value = completed;
        });
    });

internal sealed class Reports<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
