// The whole way: a table of goals → a critic → a file → policies for new goals and a changed arm → metrics.
//
// Expected output, after two progress bars (the last digits differ between processors):
//
//   arm2.mass (kg)   policies   error (rad²)      95 % interval   ≤ 0.02 rad²
//                1          6         0.0131   [0.0066, 0.0201]          67 %
//                2          6         0.0148   [0.0062, 0.0241]          50 %
//
//   Mean error 0.0140 rad² over 12 policies, on goals the critic has never seen.
using System.Globalization;
using MetaCritic.Learning;
using MetaCritic.ML;
using MetaCritic.Robots;
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
string goalFolder = Path.Combine(AppContext.BaseDirectory, "goals");

// 1. Meta-train a critic through the model of the arm, on the goals of a table.
IDataView training = ml.MetaCritic().Data.LoadGoals(Path.Combine(goalFolder, "training.csv"), robot);
CriticTransformer critic = WithProgress("Meta-training", bar => ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options
{
    Robot = robot,
    Progress = new Reports<MetaTrainingProgress>(p => bar(p.Completed, p.Total)),
}).Fit(training));

// 2. Save it, and load it as another program would.
string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".zip");
ml.Model.Save(critic, training.Schema, path);
ITransformer loaded = ml.Model.Load(path, out _);
File.Delete(path);

// 3. Fit policies without the model: one per row of another table, each from scratch, each on the arm its row asks for.
IDataView goals = ml.MetaCritic().Data.LoadGoals(Path.Combine(goalFolder, "new.csv"), robot);
MetaCriticMetrics metrics = WithProgress("Fitting policies", bar =>
{
    PolicyFittingEstimator fitting = ml.MetaCritic().Transforms.FitPolicies(CriticTransformer.From(ml, loaded), new PolicyFittingEstimator.Options
    {
        DynamicsColumns = { ["arm2.mass"] = "arm2.mass" },
        Progress = new Reports<FittingProgress>(p => bar(p.Completed, p.Total)),
    });
    IDataView fitted = fitting.Fit(goals).Transform(goals);

    // 4. How close do they come? ML.NET's own evaluation applies as well.
    RegressionMetrics regression = ml.Regression.Evaluate(fitted);
    MetaCriticMetrics ours = ml.MetaCritic().Evaluate(fitted, groupColumnName: "arm2.mass");
    return Math.Abs(regression.MeanAbsoluteError - ours.Mean) < 1e-6 ? ours : throw new InvalidOperationException("The two evaluations differ.");
});

Table table = new Table().Border(TableBorder.Simple);
foreach (string header in (string[])["arm2.mass (kg)", "policies", "error (rad²)", "95 % interval", "≤ 0.02 rad²"])
{
    table.AddColumn(new TableColumn(header).RightAligned());
}

foreach ((string mass, MetaCriticMetrics group) in metrics.Groups)
{
    table.AddRow(
        mass,
        Text($"{group.Count}"),
        Text($"{group.Mean:F4}"),
        Markup.Escape(Text($"[{group.ConfidenceLow:F4}, {group.ConfidenceHigh:F4}]")),
        Text($"{100 * group.SuccessRate:F0} %"));
}

AnsiConsole.Write(table);
AnsiConsole.WriteLine(Text($"Mean error {metrics.Mean:F4} rad² over {metrics.Count} policies, on goals the critic has never seen."));

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
