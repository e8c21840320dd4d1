// Shows a robot of your own, from a URDF file, and an environment of your own, in place of a machine. The critic is meta-trained
// through the model; the policies are fitted in the environment, which offers nothing but Reset and Step.
//
// Expected output (the last digits differ between processors):
//
//   desk-arm: 3 joints, 2.5 kg
//   task loss after 300 of 1500 meta-iterations: 0.12
//   …
//   policy 1: error 0.0017 rad² after 60 updates, 3.3581 rad² before
//   …
//   Mean error 0.0035 rad² on the workbench.
//
// To see the robot: metacritic view examples/CustomRobot/desk-arm.urdf --out view.html
using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML;
using MetaCritic.Robots;
using Microsoft.ML;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
MLContext ml = new();
RobotModel robot = RobotModel.FromUrdf(Path.Combine(AppContext.BaseDirectory, "desk-arm.urdf"));
Console.WriteLine($"{robot.Name}: {robot.DegreesOfFreedom} joints, {robot.Links.Sum(link => link.Mass):F1} kg");

// A unit of action accelerates each joint by 30 rad/s²; everything else as for the built-in arms.
RigidBodyOptions dynamics = new()
{
    TimeStep = 0.05,
    ImplicitDamping = true,
    GravityCompensation = true,
    TorqueScale = new RigidBodyAlgorithms(robot).TorqueScale(acceleration: 30),
};
IDataView goals = ml.MetaCritic().Data.RandomGoals(robot, count: 12, low: -1, high: 1);
CriticTransformer critic = ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options
{
    Robot = robot,
    Dynamics = dynamics,
    Training = new() { Iterations = 1500, PoliciesPerGoal = 2, CriticHidden = [100, 100], PolicyLearningRate = 0.005 },
    Progress = new LossPrinter(),
}).Fit(goals);

// New goals, on the workbench. The environment gets the policies' tasks and makes one copy of the system for each.
IDataView newGoals = ml.MetaCritic().Data.RandomGoals(robot, count: 6, low: -1, high: 1, seed: 7);
PolicyFittingTransformer fitting = ml.MetaCritic().Transforms.FitPolicies(critic, new PolicyFittingEstimator.Options
{
    Environments = tasks => new Workbench(new SimulatedRobot(robot, tasks.Count, dynamics)),
    Fitting = new() { Steps = 60, LearningRate = 0.005 },
}).Fit(newGoals);
IReadOnlyList<PolicyFit> fits = fitting.FitRows(newGoals);
for (int i = 0; i < fits.Count; i++)
{
    Console.WriteLine($"policy {i + 1}: error {fits[i].Error:F4} rad² after {fits[i].Steps} updates, {fits[i].LearningCurve[0]:F4} rad² before");
}

Console.WriteLine($"Mean error {fits.Average(fit => fit.Error):F4} rad² on the workbench.");

internal sealed class LossPrinter : IProgress<MetaTrainingProgress>
{
    public void Report(MetaTrainingProgress value)
    {
        if (value.Completed % 300 == 0)
        {
            Console.WriteLine($"task loss after {value.Completed} of {value.Total} meta-iterations: {value.Latest.TaskLoss:F2}");
        }
    }
}
