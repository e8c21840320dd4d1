using MetaCritic.Dynamics;

namespace MetaCritic.Tests.Dynamics.Learned;

[TestClass]
public sealed class DynamicsLearnerTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void The_number_of_threads_does_not_matter_and_the_seed_does()
    {
        byte[] one = Logs.Learn(Logs.Quick with { Threads = 1, Bootstrap = true }).Bytes();
        CollectionAssert.AreEqual(one, Logs.Learn(Logs.Quick with { Threads = 2, Bootstrap = true }).Bytes());
        CollectionAssert.AreEqual(one, Logs.Learn(Logs.Quick with { Threads = 5, Bootstrap = true }).Bytes());
        CollectionAssert.AreNotEqual(one, Logs.Learn(Logs.Quick with { Seed = 1, Bootstrap = true }).Bytes());
        CollectionAssert.AreNotEqual(one, Logs.Learn(Logs.Quick).Bytes());
    }

    [TestMethod]
    [DataRow(false, 0.94)]
    [DataRow(true, 0.97)]
    public void Most_of_the_change_is_explained_on_rows_held_out(bool prior, double least)
    {
        LearnedDynamics dynamics = new DynamicsLearner(
            2,
            new() { Members = 2, Hidden = [32, 32], Epochs = 40, TimeStep = 0.05, Angles = true, BatchSize = 64 },
            prior ? new RigidBodyDynamics(Logs.WrongArm, Logs.Stepping) : null).Learn(Logs.Arm(100), cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(2000, dynamics.HeldOut.Rows + dynamics.HeldOut.HeldOutRows);
        Assert.IsGreaterThan(least, dynamics.HeldOut.RSquared.Min());
    }

    [TestMethod]
    public void Whole_episodes_are_held_out()
    {
        Assert.AreEqual(0, Logs.Learn().HeldOut.HeldOutRows % 20);
        LearnedDynamics rows = new DynamicsLearner(2, Logs.Quick with { HoldOutFraction = 0.05 }).Learn(Logs.Arm() with { Episodes = null }, cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(12, rows.HeldOut.HeldOutRows);
    }

    [TestMethod]
    public void Passes_are_counted_to_the_end_also_with_an_early_stop()
    {
        List<DynamicsLearningProgress> reports = [];
        new DynamicsLearner(2, Logs.Quick with { Epochs = 30, Patience = 1, LearningRate = 0.1 }).Learn(Logs.Arm(), new Immediate<DynamicsLearningProgress>(reports.Add), TestContext.CancellationToken);
        Assert.AreEqual(90, reports[^1].Total);
        Assert.AreEqual(90, reports[^1].Completed);
        Assert.IsLessThan(90, reports.Count);
    }

    [TestMethod]
    public void The_best_network_is_kept_and_its_error_is_that_on_the_rows_held_out()
    {
        // A learning rate at which passes often make it worse.
        List<DynamicsLearningProgress> reports = [];
        LearnedDynamics dynamics = new DynamicsLearner(2, Logs.Quick with { Members = 1, Epochs = 12, LearningRate = 0.1 }).Learn(Logs.Arm(), new Immediate<DynamicsLearningProgress>(reports.Add), TestContext.CancellationToken);
        Assert.IsTrue(reports.Zip(reports.Skip(1), (one, next) => one.HeldOutError == next.HeldOutError).Any(same => same), "no pass made it worse: nothing is tested");
        double[] normalised = [.. dynamics.HeldOut.Errors.Select((error, i) => error / dynamics.Parts.Output.Scale[i])];
        Assert.AreEqual(reports[^1].HeldOutError, Math.Sqrt(normalised.Average(error => error * error)), 1e-5);
    }

    [TestMethod]
    public void Rows_are_normalised_by_those_learned_from()
    {
        // Columns 1, 2, 3, 6 and 5, 5, 5, 5; the row of 1000 is held out.
        Normalization normalization = Normalization.Of([1, 5, 2, 5, 1000, 1000, 3, 5, 6, 5], 2, [0, 1, 3, 4], constant: 1);
        CollectionAssert.AreEqual((double[])[3, 5], normalization.Mean);
        Assert.AreEqual(Math.Sqrt((4 + 1 + 0 + 9) / 4.0), normalization.Scale[0], 1e-15);
        Assert.AreEqual(1, normalization.Scale[1]);

        // One episode is held out: that without which the means come out.
        Transitions log = Logs.Arm();
        DynamicsLearner learner = new(2, Logs.Quick with { Epochs = 1, HoldOutFraction = 1 / 12.0 });
        double[] mean = learner.Learn(log, cancellationToken: TestContext.CancellationToken).Parts.Input.Mean;
        long heldOut = log.Episodes!.Distinct().Single(
            episode => Math.Abs(log.States.Where((_, row) => log.Episodes![row] != episode).Average(state => state[0]) - mean[0]) < 1e-12);
        Transitions far = log with { States = [.. log.States.Select((state, row) => log.Episodes![row] == heldOut ? [.. state.Select(x => x + 100)] : state)] };
        CollectionAssert.AreEqual(mean, learner.Learn(far, cancellationToken: TestContext.CancellationToken).Parts.Input.Mean);
    }

    public static IEnumerable<object[]> BadTables
    {
        get
        {
            Transitions good = Logs.Arm();
            yield return [good with { States = [.. good.States.Take(3)], Actions = [.. good.Actions.Take(3)], NextStates = [.. good.NextStates.Take(3)], Episodes = null }, "there are 3 rows"];
            yield return [good with { Actions = [.. good.Actions.Skip(1)] }, "differ in their number of rows"];
            yield return [good with { States = [.. good.States.Select((row, i) => i == 6 ? [1, 2] : row)] }, "The transitions, row 7: its state has 2 components. Give 4"];
            yield return [good with { NextStates = [.. good.NextStates.Select((row, i) => i == 8 ? [1, double.NaN, 0, 0] : row)] }, "row 9: component 1 of its next state is NaN"];
            yield return [good with { Actions = [.. good.Actions.Select((row, i) => i == 0 ? [1, double.PositiveInfinity] : row)] }, "row 1: component 1 of its action is"];
            yield return [good with { Episodes = [.. good.Episodes!.Select(_ => 4L)] }, "all rows belong to one episode"];
        }
    }

    [TestMethod]
    [DynamicData(nameof(BadTables))]
    public void Bad_tables_give_one_clear_error(Transitions transitions, string message) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => new DynamicsLearner(2, Logs.Quick).Learn(transitions)).Message, message);

    [TestMethod]
    public void Bad_settings_give_one_clear_error()
    {
        Check("options.members", () => _ = new DynamicsLearner(2, new() { Members = 0 }));
        Check("options.holdOutFraction: value is", () => _ = new DynamicsLearner(2, new() { HoldOutFraction = 0.7 }));
        Check("The number of positions: it is 5", () => new DynamicsLearner(5, Logs.Quick).Learn(Logs.Arm()));
        Check("options.timeStep: it is given, but", () => new DynamicsLearner(1, Logs.Quick with { TimeStep = 0.05 }).Learn(Logs.Arm()));
        Check("The prior: it has", () => new DynamicsLearner(2, Logs.Quick, new PointMass()).Learn(Logs.Arm()));

        static void Check(string message, Action action) => StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(action).Message, message);
    }

    [TestMethod]
    public void The_time_step_is_found_where_positions_follow_velocities()
    {
        Assert.AreEqual(0.05, Logs.Arm().FindTimeStep(2));
        Assert.IsNull(Logs.Arm().FindTimeStep(1));
        Transitions log = Logs.Arm();
        Assert.IsNull((log with { NextStates = [.. log.NextStates.Select((row, i) => new[] { row[0] + (0.01 * (i % 2)), row[1], row[2], row[3] })] }).FindTimeStep(2));
    }

    [TestMethod]
    public void An_episode_does_not_depend_on_the_others()
    {
        Transitions few = Logs.Arm(3), many = Logs.Arm(12);
        Assert.AreEqual(60, few.Count);
        for (int row = 0; row < few.Count; row++)
        {
            CollectionAssert.AreEqual(few.States[row], many.States[row]);
            CollectionAssert.AreEqual(few.Actions[row], many.Actions[row]);
            CollectionAssert.AreEqual(few.NextStates[row], many.NextStates[row]);
        }
    }

    [TestMethod]
    public void Appended_tables_number_their_episodes_on()
    {
        Transitions both = Logs.Arm(3).Append(Logs.Arm(2));
        Assert.AreEqual(100, both.Count);
        CollectionAssert.AreEqual(new long[] { 0, 1, 2, 3, 4 }, both.Episodes!.Distinct().ToArray());
        Assert.ThrowsExactly<InvalidInputException>(() => both.Append(Logs.Arm() with { Episodes = null }));
    }
}
