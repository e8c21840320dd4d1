using MetaCritic.Learning;
using MetaCritic.ML;
using MetaCritic.Models;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>What an application pays for a row: an action of a policy and a score of a critic, directly, through prediction engines, and through tables.</summary>
internal static class CallRatios
{
    private const int TableRows = 10_000;

    public static Table Measure(Effort effort)
    {
        CriticModel critic = FittingRatios.Critic();
        using PolicyLearner learner = new(critic, new() { Steps = 0, Threads = 1 });
        FittingTask task = FittingRatios.Tasks(1)[0];
        PolicyModel policy = learner.Fit([task])[0].Policy;
        double[] state = new double[critic.StateSize], action = new double[critic.ActionSize], goal = [.. task.Goal];

        MLContext ml = new();
        KukaRow row = new() { State = new float[critic.StateSize], Action = new float[critic.ActionSize], Goal = [.. goal.Select(value => (float)value)] };
        Output output = new();
        using PredictionEngine<KukaRow, Output> scoring = ml.Model.CreatePredictionEngine<KukaRow, Output>(CriticTransformer.From(ml, critic), ignoreMissingColumns: true);
        using PredictionEngine<KukaRow, Output> acting = ml.Model.CreatePredictionEngine<KukaRow, Output>(PolicyTransformer.From(ml, policy, new() { ActionColumnName = "Torque" }), ignoreMissingColumns: true);
        float score = 0;
        (Row act, Row actByEngine) = Pair(
            effort, new("an action, PolicyModel.Act", () => policy.Act(state, action)), new("an action, PredictionEngine", () => acting.Predict(row, ref output)), 1);
        (Row one, Row oneByEngine) = Pair(
            effort, new("a score, CriticModel.Score", () => score += critic.Score(state, action, goal)), new("a score, PredictionEngine", () => scoring.Predict(row, ref output)), 1);

        int rows = effort.IsQuick ? 10 : TableRows;
        double[] states = Repeat(state, rows), actions = Repeat(action, rows), goals = Repeat(goal, rows);
        float[] scores = new float[rows];
        IDataView table = CriticTransformer.From(ml, critic).Transform(ml.Data.LoadFromEnumerable(Enumerable.Repeat(row, rows).ToArray()));
        (Row arrays, Row cursor) = Pair(
            effort, new("a row of arrays, CriticModel.Score", () => critic.Score(states, actions, goals, scores, [])), new("a row of a table, cursor", () => score += Read(table)), rows);
        return new("calls", "One row, one thread", [act, actByEngine, one, oneByEngine, arrays, cursor], [FormattableString.Invariant($"Arrays and tables have {TableRows} rows; the figures are for one.")]);
    }

    // Times of one row, and what ML.NET's way costs compared with the engine's.
    private static (Row Direct, Row Other) Pair(Effort effort, Contender direct, Contender other, int rows)
    {
        Timing[] timings = Paired.Measure(effort, direct, other);
        return (Of(direct, timings[0]), Of(other, timings[1], new Figure("× directly", "", timings[1].Over(timings[0]))));

        Row Of(Contender contender, Timing timing, params Figure[] more) =>
            new(contender.Name, [new("time", "ns", (1e9 / rows) * timing.Time), new("allocated", "bytes", Allocated(contender.Run, rows)), .. more]);
    }

    private static float Read(IDataView table)
    {
        DataViewSchema.Column column = table.Schema["Score"];
        using DataViewRowCursor cursor = table.GetRowCursor([column]);
        ValueGetter<float> getter = cursor.GetGetter<float>(column);
        float score = 0;
        while (cursor.MoveNext())
        {
            getter(ref score);
        }

        return score;
    }

    private static double[] Repeat(double[] values, int count) => [.. Enumerable.Repeat(values, count).SelectMany(row => row)];

    private static double Allocated(Action run, int rows)
    {
        int calls = Math.Max(1, 1000 / rows);
        long start = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
        {
            run();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - start) / (double)calls / rows;
    }

    private sealed class KukaRow
    {
        [VectorType(14)]
        public float[] State { get; set; } = [];

        [VectorType(7)]
        public float[] Action { get; set; } = [];

        [VectorType(7)]
        public float[] Goal { get; set; } = [];
    }

    private sealed class Output
    {
        public float Score { get; set; }

        [VectorType(7)]
        public float[] Torque { get; set; } = [];
    }
}
