using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tests.Reliability;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MetaCritic.Tests.Monitoring;

/// <summary>What OpenTelemetry sees of trainings and fits. Others' trainings run at the same time: these have a robot of their own.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TelemetryTests
{
    private static readonly RobotModel Arm = new("watched arm", RobotModel.TwoLink.Links, RobotModel.TwoLink.Joints, RobotModel.TwoLink.Gravity, RobotModel.TwoLink.EndEffector);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void A_training_and_a_fit_in_OpenTelemetrys_exporter()
    {
        List<Metric> metrics = [];
        List<Activity> activities = [];
        using MeterProvider meters = Sdk.CreateMeterProviderBuilder().AddMeter(MetaCriticTelemetry.MeterName).AddInMemoryExporter(metrics).Build();
        using TracerProvider traces = Sdk.CreateTracerProviderBuilder().AddSource(MetaCriticTelemetry.ActivitySourceName).AddInMemoryExporter(activities).Build();
        using MetaTrainer trainer = new(Arm, SmallTraining.Dynamics, SmallTraining.Goals, SmallTraining.Options);
        CriticModel critic = trainer.Train(cancellationToken: TestContext.CancellationToken);
        using PolicyLearner learner = new(critic, new() { Steps = 7 });
        learner.Fit([new() { Goal = [0.1, 0.2] }, new() { Goal = [0.3, 0.2] }, new() { Goal = [0.1, 0.4] }], cancellationToken: TestContext.CancellationToken);
        meters.ForceFlush();
        traces.ForceFlush();

        MetaIterationMetrics last = trainer.History[^1];
        Assert.AreEqual(8, Sum("metacritic.training.iterations", "train"));
        Assert.AreEqual(8 * 4 * 2, Sum("metacritic.updates", "train")); // iterations, policies, inner steps
        Assert.AreEqual(3 * 7, Sum("metacritic.updates", "fit"));
        Assert.AreEqual(last.TaskLoss, Value("metacritic.training.loss", "train"));
        Assert.AreEqual(last.FinalError, Value("metacritic.training.error", "train"));
        Assert.AreEqual(last.GradientNorm, Value("metacritic.training.gradient_norm", "train"));
        Assert.IsGreaterThan(0, Value("metacritic.updates_per_second", "train"));
        Assert.IsGreaterThan(0, Value("metacritic.updates_per_second", "fit"));

        Activity training = activities.Single(activity => activity.OperationName == "metacritic.train" && IsOurs(activity));
        Assert.AreEqual(2, training.GetTagItem("metacritic.goals"));
        Assert.AreEqual(8, training.GetTagItem("metacritic.iterations"));
        Assert.AreEqual(ActivityStatusCode.Unset, training.Status);
        Activity fit = activities.Single(activity => activity.OperationName == "metacritic.fit" && IsOurs(activity));
        Assert.AreEqual(3, fit.GetTagItem("metacritic.policies"));

        long Sum(string name, string work) => Point(name, work).GetSumLong();
        double Value(string name, string work) => Point(name, work).GetGaugeLastValueDouble();
        MetricPoint Point(string name, string work)
        {
            foreach (MetricPoint point in metrics.Single(metric => metric.Name == name).GetMetricPoints())
            {
                Dictionary<string, object?> tags = [];
                foreach ((string key, object? value) in point.Tags)
                {
                    tags[key] = value;
                }

                if (Equals(tags["metacritic.robot"], Arm.Name) && Equals(tags["metacritic.work"], work))
                {
                    return point;
                }
            }

            throw new AssertFailedException($"{name} of {work} is not there");
        }
    }

    [TestMethod]
    public void A_training_that_is_cancelled_is_an_activity_that_failed()
    {
        List<Activity> activities = [];
        using TracerProvider traces = Sdk.CreateTracerProviderBuilder().AddSource(MetaCriticTelemetry.ActivitySourceName).AddInMemoryExporter(activities).Build();
        using MetaTrainer trainer = new(Arm, SmallTraining.Dynamics, SmallTraining.Goals, SmallTraining.Options);
        using CancellationTokenSource stop = new();
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Train(new Immediate<MetaTrainingProgress>(_ => stop.Cancel()), cancellationToken: stop.Token));
        traces.ForceFlush();
        Activity training = activities.Single(IsOurs);
        Assert.AreEqual(ActivityStatusCode.Error, training.Status);
        Assert.AreEqual("cancelled", training.StatusDescription);
    }

    [TestMethod]
    public void Telling_listeners_allocates_nothing()
    {
        Telemetry telemetry = new("train", "allocation");
        MetaIterationMetrics metrics = new(0, 1, 2, 3, 0, 0.1);
        Assert.AreEqual(0, Allocations.InSteadyState(() => telemetry.Iterated(metrics, 8)));
        double heard = 0;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == MetaCriticTelemetry.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => heard += value);
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => heard += value);
        listener.Start();
        Assert.AreEqual(0, Allocations.InSteadyState(() => telemetry.Iterated(metrics, 8)));
        Assert.IsGreaterThan(20 * (1 + 1 + 2 + 3 + 8.0), heard);
    }

    private static bool IsOurs(Activity activity) => Equals(activity.GetTagItem("metacritic.robot"), Arm.Name);
}
