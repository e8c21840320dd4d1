using System.Runtime.Loader;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;

namespace MetaCritic.ML.Tests.Docs;

/// <summary>C# of docs/mlnet-limits.md and of the package's README.md. docs/mlnet.md is a program that another test runs.</summary>
internal static class Snippets
{
    // src/MetaCritic.ML/README.md
    public static void FirstProgram()
    {
        var ml = new MLContext(seed: 1);
        RobotModel arm = RobotModel.TwoLink;

        // Meta-train a critic through the model of the arm, on four goals (joint angles, rad), and save it.
        IDataView goals = ml.MetaCritic().Data.Goals(arm, [0.8, 0.8], [0.8, -0.8], [-0.8, 0.8], [-0.8, -0.8]);
        CriticTransformer critic = ml.MetaCritic().Trainers.Critic(TaskPreset.For(arm, goals: 4)).Fit(goals);
        ml.Model.Save(critic, goals.Schema, "critic.zip");

        // Elsewhere, without the model: fit policies from scratch for new goals.
        CriticTransformer loaded = CriticTransformer.From(ml, ml.Model.Load("critic.zip", out _));
        IDataView newGoals = ml.MetaCritic().Data.Goals(arm, [1.2, -0.4], [0.3, 0.9]);
        IDataView fitted = ml.MetaCritic().Transforms.FitPolicies(loaded).Fit(newGoals).Transform(newGoals);
        Console.WriteLine($"mean squared error {ml.MetaCritic().Evaluate(fitted).Mean:F6} rad²");
    }

    // docs/mlnet-limits.md
    public static ITransformer LoadInAPlugin(MLContext ml, string path)
    {
        ITransformer loaded;
        using (AssemblyLoadContext.GetLoadContext(typeof(CriticTransformer).Assembly)!.EnterContextualReflection())
        {
            loaded = ml.Model.Load(path, out _);
        }

        return loaded;
    }
}
