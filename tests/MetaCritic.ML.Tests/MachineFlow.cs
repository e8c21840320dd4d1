using System.Globalization;
using System.Security.Cryptography;
using MetaCritic.Dynamics;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.ML.Tests;

/// <summary>What a program with the layer does in a day, as text: numbers in results, files, tables and errors.</summary>
internal static class MachineFlow
{
    /// <summary>Tells <see cref="Program"/> to run this.</summary>
    public const string Argument = "--machine";

    public static string Run()
    {
        MLContext ml = new(seed: 1);
        List<string> seen = [];
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            IDataView data = Tables.All(ml);
            CriticTransformer critic = ml.MetaCritic().Trainers.Critic(EstimatorCase.Trainer(gradient: true)).Fit(data);
            seen.Add(Tables.Bits(critic.Transform(data), "Score", "ActionGradient"));

            string zip = Path.Combine(folder, "Işık 目標.zip");
            ml.Model.Save(critic, data.Schema, zip);
            seen.Add(Tables.Bits(ml.Model.Load(zip, out _).Transform(data), "Score"));

            IDataView fitted = ml.MetaCritic().Transforms.FitPolicies(critic, new PolicyFittingEstimator.Options { Fitting = Tables.Fitting, DynamicsColumns = { ["Mass"] = "arm2.mass" } }).Fit(data).Transform(data);
            seen.Add(Tables.Bits(fitted, "Policy", "Score"));
            foreach ((string key, MetaCriticMetrics group) in ml.MetaCritic().Evaluate(fitted, new MetaCriticMetrics.Options { GroupColumnName = "Mass" }).Groups)
            {
                seen.Add($"{key}: {group.Mean.ToString("R", CultureInfo.InvariantCulture)}");
            }

            string table = Path.Combine(folder, "goals.csv");
            File.WriteAllText(table, "baseHinge,interArm\n0.5,-1.25\n1e-3,2\n");
            seen.Add(Tables.Bits(ml.MetaCritic().Data.LoadGoals(table, Tables.Robot), "Goal"));
            seen.Add(OptionsJson.Write(TaskPreset.Kuka.Dynamics, TaskPreset.Kuka.Training));
            string file = Path.Combine(folder, "a.critic");
            Tables.Critic.Save(file);
            seen.Add(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
            foreach (Action action in (Action[])
            [
                () => Tables.Robot.With("arm2.mass", -1.5),
                () => RobotModel.ParseUrdf("<robot name='r'><link name='a'><inertial><mass value='-1.5'/></inertial></link></robot>"),
                () => OptionsJson.Set("training.policyLearningRate=-0.25", new RigidBodyOptions(), new MetaTrainingOptions()),
                () => OptionsJson.Set("dynamics.timeStep=1,5", new RigidBodyOptions(), new MetaTrainingOptions()),
                () => new PolicyLearnerOptions { Tolerance = -1234.5 }.Validate(),
                () => new MetaCriticMetrics.Options { Tolerance = -1234.5 }.Validate(),
                () => ml.MetaCritic().Data.LoadGoals(table, RobotModel.KukaIiwa7),
            ])
            {
                seen.Add(Message(action).Replace(folder, "", StringComparison.Ordinal));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return string.Join('\n', seen);
    }

    private static string Message(Action action)
    {
        try
        {
            action();
            return "no error";
        }
        catch (MetaCriticException e)
        {
            return e.Message;
        }
    }
}
