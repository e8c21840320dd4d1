using System.Diagnostics;
using System.Globalization;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Reliability;

/// <summary>
/// Long runs: memory stays where it is after warming up, and the last result is that of the first run. What is measured in
/// the short versions is too little to see a slow leak; the long ones are in the category Slow (docs/reliability.md).
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class SoakTests
{
    /// <summary>Growth over the second half of a run that is put down to the runtime: a buffer of a kilobyte lost at each of 50,000 fits would be 25 MiB.</summary>
    private const double Bound = 4 * 1024 * 1024;

    private const int Samples = 40;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void AShortTrainingIsFlatAndRepeatable() => Train(SmallTraining.Options with { Iterations = 400, CheckpointInterval = 20 }, 4);

    [TestMethod]
    [TestCategory("Slow")]
    public void TenThousandMetaIterationsAreFlatAndRepeatable() => Train(TaskPreset.TwoLink.Training with { Iterations = 10_000, CheckpointInterval = 250 }, 100);

    [TestMethod]
    public void TwoThousandFitsAreFlatAndRepeatable()
    {
        using MetaTrainer trainer = SmallTraining.Trainer();
        Fit(trainer.Train(cancellationToken: TestContext.CancellationToken), 2000, 5);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void FiftyThousandFitsAreFlatAndRepeatable()
    {
        using MetaTrainer trainer = new(TaskPreset.TwoLink.Robot, TaskPreset.TwoLink.Dynamics, SmallTraining.Goals, TaskPreset.TwoLink.Training with { Iterations = 200 });
        Fit(trainer.Train(stopAfter: 100, cancellationToken: TestContext.CancellationToken), 50_000, 10);
    }

    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(3.0, 3.0 * 19)]
    public void TheSlopeIsThatOfTheSecondHalf(double slope, double expected)
    {
        // Samples that rise steeply at first, then as said; noise has no slope.
        double[] samples = [.. Enumerable.Range(0, 40).Select(i => i < 20 ? 100.0 * i : 2000 + (slope * i) + (i % 4 is 0 or 3 ? 5 : -5))];
        Assert.AreEqual(expected, Growth(samples), 1e-9);
    }

    // The trainer keeps one record of metrics per meta-iteration, 48 bytes, in a list made at the start.
    private void Train(MetaTrainingOptions options, int first)
    {
        byte[] start = Shortened();
        string folder = Directory.CreateTempSubdirectory("metacritic soak").FullName;
        Memory memory = new();
        byte[] whole;
        using (MetaTrainer trainer = new(TaskPreset.TwoLink.Robot, TaskPreset.TwoLink.Dynamics, SmallTraining.Goals, options))
        {
            whole = SmallTraining.Bytes(trainer.Train(new Immediate<MetaTrainingProgress>(p => memory.SampleAt(p.Completed, p.Total)), folder, null, TestContext.CancellationToken));
            Assert.IsTrue(double.IsFinite(trainer.History[^1].TaskLoss));
        }

        // The first run, made again in a process with all this behind it, and the end, from the last checkpoint but one.
        CollectionAssert.AreEqual(start, Shortened());
        using (MetaTrainer resumed = new(TaskPreset.TwoLink.Robot, TaskPreset.TwoLink.Dynamics, SmallTraining.Goals, options))
        {
            resumed.LoadCheckpoint(Path.Combine(folder, MetaTrainer.CheckpointFileName));
            CollectionAssert.AreEqual(whole, SmallTraining.Bytes(resumed.CreateCritic()));
        }

        Directory.Delete(folder, recursive: true);
        memory.Check(TestContext, $"{options.Iterations} meta-iterations");

        byte[] Shortened()
        {
            using MetaTrainer trainer = new(TaskPreset.TwoLink.Robot, TaskPreset.TwoLink.Dynamics, SmallTraining.Goals, options);
            return SmallTraining.Bytes(trainer.Train(null, null, first, TestContext.CancellationToken));
        }
    }

    // Learners come and go, as they do in an application.
    private void Fit(CriticModel critic, int count, int steps)
    {
        const int Portion = 50;
        float[]? first = null;
        Memory memory = new();
        for (int done = 0; done < count; done += Portion)
        {
            using PolicyLearner learner = new(critic, new() { Steps = steps });
            FittingTask[] tasks = [.. Enumerable.Range(0, Portion).Select(i => new FittingTask { Goal = [0.3, -0.2], PolicyIndex = i })];
            float[] policies = [.. learner.Fit(tasks, cancellationToken: TestContext.CancellationToken).SelectMany(fit => fit.Policy.Parameters.ToArray())];
            first ??= policies;
            Assert.IsTrue(policies.AsSpan().SequenceEqual(first), $"fits {done} to {done + Portion}");
            memory.SampleAt(done + Portion, count);
        }

        memory.Check(TestContext, $"{count} fits");
    }

    /// <summary>Growth over the second half of the samples by the line of least squares.</summary>
    private static double Growth(double[] samples)
    {
        double[] half = [.. samples.Skip(samples.Length / 2)];
        double center = (half.Length - 1) / 2.0;
        double slope = half.Select((y, x) => (x - center) * y).Sum() / Enumerable.Range(0, half.Length).Sum(x => (x - center) * (x - center));
        return slope * (half.Length - 1);
    }

    /// <summary>What the process has in use, sampled.</summary>
    private sealed class Memory
    {
        private readonly List<double> _managed = [];
        private readonly List<double> _resident = [];

        public void SampleAt(int done, int total)
        {
            if ((long)done * Samples / total > _managed.Count)
            {
                _managed.Add(GC.GetTotalMemory(forceFullCollection: true));
                using Process process = Process.GetCurrentProcess();
                _resident.Add(process.WorkingSet64);
            }
        }

        public void Check(TestContext context, string what)
        {
            string[] lines =
            [
                Line("managed memory", [.. _managed]),
                Line("working set", [.. _resident]),
            ];
            context.WriteLine(string.Join(Environment.NewLine, lines));
            Assert.IsLessThan(Bound, Growth([.. _managed]), lines[0]);
            Assert.IsLessThan(Bound, Growth([.. _resident]), lines[1]);

            string Line(string name, double[] samples) => string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {name} {samples[samples.Length / 2] / 1048576:F1} MiB half way, {samples[^1] / 1048576:F1} MiB at the end, growth over the second half {Growth(samples) / 1024:F0} KiB");
        }
    }
}
