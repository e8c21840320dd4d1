// Shows how close policies come on goals that the critic has never seen. ML.NET divides the goals of the two-link arm into three
// folds, meta-trains a critic on two of them, and fits policies for the goals of the third; then the next. Takes about ten seconds on two cores.
//
// Expected output (the last digits differ between processors):
//
//   Fold 1   6 policies: error 0.017 [0.00451, 0.0332], median 0.0112, 67 % ≤ 0.02
//   Fold 2   2 policies: error 0.00231 [0.00105, 0.00358], median 0.00231, 100 % ≤ 0.02
//   Fold 3   7 policies: error 0.0056 [0.00285, 0.00836], median 0.00554, 100 % ≤ 0.02
//
//   *************************************************************
//   *       Metrics for policies of the two-link arm
//   *------------------------------------------------------------
//   *       Average mean absolute error:     0.0083 rad²
//   *       Average root mean squared error: 0.0115 rad²
//   *************************************************************
using System.Globalization;
using MetaCritic.ML;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
MLContext ml = new();
IDataView goals = ml.MetaCritic().Data.RandomGoals(RobotModel.TwoLink, count: 15, low: -1, high: 1, seed: 1);

// One estimator for the whole way: Fit meta-trains a critic, and the transformer that comes out fits policies.
PolicyTrainer trainer = ml.MetaCritic().Trainers.Policies(new PolicyTrainer.Options
{
    Robot = RobotModel.TwoLink,
    Training = TaskPreset.TwoLink.Training with { Iterations = 200, PoliciesPerGoal = 1 },
});
IReadOnlyList<TrainCatalogBase.CrossValidationResult<RegressionMetrics>> folds = ml.Regression.CrossValidate(goals, trainer, numberOfFolds: 3, seed: 1);

foreach (TrainCatalogBase.CrossValidationResult<RegressionMetrics> fold in folds)
{
    Console.WriteLine($"Fold {fold.Fold + 1}   {ml.MetaCritic().Evaluate(fold.ScoredHoldOutSet)}");
}

Console.WriteLine();
PrintMetrics("policies of the two-link arm", [.. folds.Select(fold => fold.Metrics)]);

// As the samples of ML.NET print them. R² says nothing here: the label, the error wished for, is 0 in every row.
static void PrintMetrics(string name, RegressionMetrics[] metrics)
{
    Console.WriteLine("*************************************************************");
    Console.WriteLine($"*       Metrics for {name}");
    Console.WriteLine("*------------------------------------------------------------");
    Console.WriteLine($"*       Average mean absolute error:     {metrics.Average(m => m.MeanAbsoluteError):F4} rad²");
    Console.WriteLine($"*       Average root mean squared error: {metrics.Average(m => m.RootMeanSquaredError):F4} rad²");
    Console.WriteLine("*************************************************************");
}
