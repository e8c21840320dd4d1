using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Learning;

/// <summary>A critic that is exact at the goal by construction, from training to scoring and files.</summary>
[TestClass]
public sealed class CentredCriticTests
{
    private static readonly TrainingGoals Goals = new() { Goals = [[0.5, -0.4], [-0.3, 0.9]] };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(CriticInput.Relative)]
    [DataRow(CriticInput.Raw)]
    [DataRow(CriticInput.RelativeAndGoal)]
    public void At_rest_at_the_goal_no_action_is_wanted_and_elsewhere_the_gradient_is_that_of_the_value(CriticInput input)
    {
        CriticModel critic = Critic(input);
        double[] gradient = new double[2];
        Random random = new(3);
        for (int trial = 0; trial < 20; trial++)
        {
            double[] goal = [random.NextDouble(), -random.NextDouble()];
            critic.Score([.. goal, 0, 0], [0, 0], goal, gradient);
            CollectionAssert.AreEqual(new double[2], gradient);

            double[] state = [random.NextDouble(), random.NextDouble(), random.NextDouble(), -1];
            double[] action = [random.NextDouble(), -1];
            critic.Score(state, action, goal, gradient);
            for (int i = 0; i < 2; i++)
            {
                double Value(double d)
                {
                    double[] moved = [.. action];
                    moved[i] += d;
                    return critic.Score(state, moved, goal);
                }

                Assert.AreEqual((Value(0.02) - Value(-0.02)) / 0.04, gradient[i], 1e-4, "values are single precision");
            }
        }
    }

    [TestMethod]
    [DataRow(CriticInput.Relative)]
    [DataRow(CriticInput.RelativeAndGoal)]
    public void Rows_scored_together_have_the_bits_of_single_ones(CriticInput input)
    {
        const int Rows = 100;
        CriticModel critic = Critic(input);
        double[] states = Numbers.Uniform(1, Rows * 4);
        double[] actions = Numbers.Uniform(2, Rows * 2);
        double[] goals = [.. Enumerable.Range(0, Rows).SelectMany(row => Numbers.Uniform(3 + (ulong)(row / 7), 2))]; // several rows per goal
        float[] scores = new float[Rows];
        double[] gradients = new double[Rows * 2];
        critic.Score(states, actions, goals, scores, gradients);
        double[] gradient = new double[2];
        for (int i = 0; i < Rows; i++)
        {
            Assert.AreEqual(critic.Score(states.AsSpan(4 * i, 4), actions.AsSpan(2 * i, 2), goals.AsSpan(2 * i, 2), gradient), scores[i]);
            CollectionAssert.AreEqual(gradient, gradients[(2 * i)..((2 * i) + 2)]);
        }
    }

    [TestMethod]
    public void The_form_is_kept_in_files_and_by_fits()
    {
        CriticModel critic = Critic(CriticInput.Relative);
        using MemoryStream file = new();
        critic.Save(file);
        file.Position = 0;
        CriticModel loaded = CriticModel.Load(file);
        Assert.AreEqual(CriticForm.Centred, loaded.Training.CriticForm);
        Assert.AreEqual(critic.Score([1, 2, 3, 4], [5, 6], [7, 8]), loaded.Score([1, 2, 3, 4], [5, 6], [7, 8]));

        // One step of a fit is a step against what is scored: of the output's bias the mean gradient is known.
        using PolicyLearner learner = new(loaded, new() { Steps = 1, LearningRate = 1e-3 });
        FittingTask task = new() { Goal = [0.4, 0.3] };
        PolicyModel before = Fit(0);
        PolicyModel after = learner.Fit([task], cancellationToken: TestContext.CancellationToken)[0].Policy;
        SimulatedRobot arm = new(RobotModel.TwoLink, 1, loaded.Dynamics);
        double[] state = new double[4];
        double[] gradient = new double[2];
        double[] sum = new double[2];
        arm.Reset(state);
        for (int t = 0; t < loaded.Training.Horizon; t++)
        {
            double[] action = new double[2];
            before.Act(state, action);
            loaded.Score(state, action, [.. task.Goal], gradient);
            (sum[0], sum[1]) = (sum[0] + gradient[0], sum[1] + gradient[1]);
            arm.Step(action, state);
        }

        float[] step = [.. before.Parameters.ToArray().Zip(after.Parameters.ToArray(), (x, y) => (x - y) / 1e-3f)];
        for (int i = 0; i < 2; i++)
        {
            Assert.AreEqual(sum[i], step[^(2 - i)], 1e-3 * Math.Abs(sum[i]));
        }

        PolicyModel Fit(int steps)
        {
            using PolicyLearner none = new(loaded, new() { Steps = steps });
            return none.Fit([task], cancellationToken: TestContext.CancellationToken)[0].Policy;
        }
    }

    [TestMethod]
    public void Where_gravity_pulls_at_the_goal_it_is_refused()
    {
        RobotModel arm = RobotModel.KukaIiwa7;
        TrainingGoals goals = new() { Goals = [[0, 0.5, 0, 0.5, 0, 0.5, 0]] };
        MetaTrainingOptions training = new() { CriticForm = CriticForm.Centred };
        InvalidInputException refused = Assert.ThrowsExactly<InvalidInputException>(() => new MetaTrainer(arm, new() { TorqueScale = [10] }, goals, training));
        Assert.StartsWith("options.criticForm: it is centred, but without action the system does not stay at goal 1: it moves by ", refused.Message);
        Assert.EndsWith("Compensate gravity (gravityCompensation=true), or take the plain form (criticForm=plain).", refused.Message);
        new MetaTrainer(arm, new() { TorqueScale = [10], GravityCompensation = true }, goals, training).Dispose();
        new MetaTrainer(arm, new() { TorqueScale = [10] }, goals, training with { CriticForm = CriticForm.Plain }).Dispose();
        new MetaTrainer(arm.With("gravity.z", 0), new() { TorqueScale = [10] }, goals, training).Dispose();
    }

    [TestMethod]
    public void A_goal_beyond_an_end_stop_is_looked_at_where_the_arm_would_rest()
    {
        TaskPreset preset = TaskPreset.For(RobotModel.KukaIiwa7, 2);
        TrainingGoals goals = new() { Goals = [[0, 0.5, 0, 0.5, 0, 0.5, 0], [3.1, 0.5, 0, 0.5, 0, -2.2, 0]] };
        Assert.IsTrue(preset.Dynamics.PositionLimits);
        new MetaTrainer(preset.Robot, preset.Dynamics, goals, preset.Training).Dispose();
        Assert.ThrowsExactly<InvalidInputException>(() => new MetaTrainer(preset.Robot, preset.Dynamics with { GravityCompensation = false }, goals, preset.Training));
    }

    [TestMethod]
    public void Same_bits_for_any_number_of_threads_and_after_an_interruption()
    {
        TaskPreset preset = TaskPreset.For(RobotModel.KukaIiwa7, 3);
        TrainingGoals goals = new() { Goals = GoalSampling.Uniform(7, 3, -1, 1, 5) };
        MetaTrainingOptions training = preset.Training with { Iterations = 6, Horizon = 9, CriticHidden = [20, 20], PolicyHidden = [10] };
        float[] one = Train(training with { Threads = 1 });
        CollectionAssert.AreEqual(one, Train(training with { Threads = 2 }));
        CollectionAssert.AreEqual(one, Train(training with { Threads = 3 }));

        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (MetaTrainer first = new(preset.Robot, preset.Dynamics, goals, training))
        {
            first.Step(TestContext.CancellationToken);
            first.Step(TestContext.CancellationToken);
            first.SaveCheckpoint(path);
        }

        using MetaTrainer second = new(preset.Robot, preset.Dynamics, goals, training);
        second.LoadCheckpoint(path);
        File.Delete(path);
        CollectionAssert.AreEqual(one, second.Train(cancellationToken: TestContext.CancellationToken).Parameters.ToArray());

        float[] Train(MetaTrainingOptions options)
        {
            using MetaTrainer trainer = new(preset.Robot, preset.Dynamics, goals, options);
            return trainer.Train(cancellationToken: TestContext.CancellationToken).Parameters.ToArray();
        }
    }

    private static CriticModel Critic(CriticInput input)
    {
        using MetaTrainer trainer = new(
            RobotModel.TwoLink, TaskPreset.TwoLink.Dynamics, Goals, new() { CriticForm = CriticForm.Centred, CriticInput = input, CriticHidden = [20, 20], ActionScale = 1.5, Horizon = 8 });
        return trainer.CreateCritic();
    }
}
