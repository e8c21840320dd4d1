// The whole way: a table of goals → a critic → a file → policies for new goals and a changed arm → a table of errors.
// Expected output, after a progress bar: a table with an error for each of 12 goals, all of them small.
using System.Globalization;
using CsvHelper;
using MetaCritic.Learning;
using MetaCritic.Models;
using Spectre.Console;

TaskPreset preset = TaskPreset.TwoLink;
string[] joints = [.. preset.Robot.MovableJoints.Select(joint => joint.Name)];
string goalFolder = Path.Combine(AppContext.BaseDirectory, "goals");

// 1. Meta-train a critic through the model of the arm.
List<Dictionary<string, double>> training = ReadTable(Path.Combine(goalFolder, "training.csv"));
TrainingGoals goals = new() { Goals = [.. training.Select(Goal)] };
using MetaTrainer trainer = new(preset.Robot, preset.Dynamics, goals, preset.Training);
string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".critic");
WithProgress("Meta-training", report => trainer.Train(new Reports<MetaTrainingProgress>(p => report(p.Completed, p.Total)))).Save(path);

// 2. Load it, as another program would, and fit policies without the model: one per row, each from scratch, each with the
//    dynamics its row asks for.
CriticModel critic = CriticModel.Load(path);
File.Delete(path);
List<Dictionary<string, double>> rows = ReadTable(Path.Combine(goalFolder, "new.csv"));
FittingTask[] tasks = [.. rows.Select(row => new FittingTask { Goal = Goal(row), Robot = preset.Robot.With("arm2.mass", row["arm2.mass"]) })];
using PolicyLearner learner = new(critic, preset.Fitting);
IReadOnlyList<PolicyFit> fits = WithProgress("Fitting policies", report => learner.Fit(tasks, new Reports<FittingProgress>(p => report(p.Completed, p.Total))));

// 3. How close does each policy come?
Table table = new Table().Border(TableBorder.Simple);
string[] headers = [.. joints.Select(joint => $"{joint} (rad)"), "arm2.mass (kg)", "updates", "first error (rad²)", "error (rad²)"];
foreach (string header in headers)
{
    table.AddColumn(new TableColumn(header).RightAligned());
}

for (int i = 0; i < fits.Count; i++)
{
    double[] numbers = [.. Goal(rows[i]), rows[i]["arm2.mass"]];
    table.AddRow([
        .. numbers.Select(x => x.ToString("F1", CultureInfo.InvariantCulture)),
        fits[i].Steps.ToString(CultureInfo.InvariantCulture),
        .. new[] { fits[i].LearningCurve[0], fits[i].Error }.Select(x => x.ToString("F4", CultureInfo.InvariantCulture))]);
}

AnsiConsole.Write(table);
AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Mean error {fits.Average(fit => fit.Error):F4} rad² over {fits.Count} policies, on goals the critic has never seen."));

double[] Goal(Dictionary<string, double> row) => [.. joints.Select(joint => row[joint])];

static List<Dictionary<string, double>> ReadTable(string path)
{
    using CsvReader csv = CsvReader.Create(File.ReadAllBytes(path), new CsvReaderOptions { HasHeader = false });
    string[] Cells() => [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)];
    List<Dictionary<string, double>> table = [];
    string[]? columns = null;
    while (csv.Read())
    {
        if (columns is null)
        {
            columns = Cells();
            continue;
        }

        table.Add(columns.Zip(Cells()).ToDictionary(cell => cell.First, cell => double.Parse(cell.Second, CultureInfo.InvariantCulture)));
    }

    return table;
}

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
