// Shows policies for a table in which each row has a goal and an arm of its own: another mass or another length of the forearm. The
// critic was meta-trained on one arm (1 kg, 1 m) and four goals, none of them in the table; no model is used here.
//
// Expected output (the last digits differ between processors):
//
//   36 policies, 0 of them diverged
//
//   arm2.mass (kg)    mean error (rad²)   median   at most 0.02 rad²
//              0.5              0.0059   0.0033                92 %
//                1              0.0071   0.0032                92 %
//                2              0.0057   0.0050               100 %
//
//   arm2.length (m)   mean error (rad²)   median   at most 0.02 rad²
//              0.5              0.0040   0.0036               100 %
//                1              0.0045   0.0029               100 %
//              1.5              0.0101   0.0073                83 %
//
// To see the arms move: metacritic view examples/goals/dynamics.csv --critic examples/critics/two-link.critic --out view.html
using System.Globalization;
using MetaCritic;
using MetaCritic.ML;
using MetaCritic.Models;
using MetaCritic.Robots;
using Microsoft.ML;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    MLContext ml = new();
    CriticTransformer critic = CriticTransformer.From(ml, CriticModel.Load(Path.Combine(AppContext.BaseDirectory, "two-link.critic")));

    // The columns baseHinge and interArm become the vector column Goal, the parameters of the arm columns of their own.
    string path = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "dynamics.csv");
    IDataView goals = ml.MetaCritic().Data.LoadGoals(path, RobotModel.TwoLink);
    PolicyFittingTransformer fitting = ml.MetaCritic().Transforms.FitPolicies(critic, new PolicyFittingEstimator.Options
    {
        DynamicsColumns = { ["arm2.mass"] = "arm2.mass", ["arm2.length"] = "arm2.length" },
    }).Fit(goals);
    IDataView fitted = fitting.Transform(goals);

    foreach ((string column, string unit) in new[] { ("arm2.mass", "kg"), ("arm2.length", "m") })
    {
        MetaCriticMetrics metrics = ml.MetaCritic().Evaluate(fitted, groupColumnName: column);
        if (column == "arm2.mass")
        {
            Console.WriteLine($"{metrics.Count} policies, {metrics.Diverged} of them diverged");
        }

        Console.WriteLine();
        Console.WriteLine($"{column + $" ({unit})",-15}   mean error (rad²)   median   at most 0.02 rad²");
        foreach ((string value, MetaCriticMetrics group) in metrics.Groups)
        {
            Console.WriteLine($"{value,15}   {group.Mean,17:F4}   {group.Median:F4}   {group.SuccessRate,17:P0}");
        }
    }
    return 0;
}
catch (InvalidInputException e)
{
    Console.Error.WriteLine(e.Message); // names the file, the column or row, what was found, and the remedy
    return 1;
}
