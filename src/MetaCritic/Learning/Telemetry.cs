using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetaCritic.Files;

namespace MetaCritic.Learning;

/// <summary>What one training or fit tells its listeners. Without listeners it does nothing; it never allocates per iteration or update.</summary>
internal sealed class Telemetry
{
    private static readonly ActivitySource Activities = new(MetaCriticTelemetry.ActivitySourceName, ProductInfo.Version);
    private static readonly Meter Meter = new(MetaCriticTelemetry.MeterName, ProductInfo.Version);
    private static readonly Counter<long> Iterations = Meter.CreateCounter<long>("metacritic.training.iterations", "{iteration}", "Meta-iterations done");
    private static readonly Gauge<double> Loss = Meter.CreateGauge<double>("metacritic.training.loss", "1", "Mean task loss of the last meta-iteration");
    private static readonly Gauge<double> Error = Meter.CreateGauge<double>("metacritic.training.error", "1", "Mean final-state error of the last meta-iteration, rad² or m²");
    private static readonly Gauge<double> GradientNorm = Meter.CreateGauge<double>("metacritic.training.gradient_norm", "1", "Norm of the critic's gradient in the last meta-iteration");
    private static readonly Counter<long> PolicyUpdates = Meter.CreateCounter<long>("metacritic.updates", "{update}", "Policy updates done");
    private static readonly Gauge<double> UpdateRate = Meter.CreateGauge<double>("metacritic.updates_per_second", "{update}/s", "Policy updates per second since the last time");

    private readonly KeyValuePair<string, object?>[] _tags;
    private long _last; // when updates were told last; 0 for not yet

    /// <summary>For a training or fit.</summary>
    /// <param name="work">train or fit.</param>
    /// <param name="robot">Name of the robot; null for dynamics of another kind.</param>
    public Telemetry(string work, string? robot) => _tags = [new("metacritic.work", work), new("metacritic.robot", robot ?? "none")];

    /// <summary>Begins an activity; null if nobody listens.</summary>
    /// <param name="name">Its name.</param>
    public Activity? Begin(string name) => Activities.StartActivity(name, ActivityKind.Internal, default(ActivityContext), _tags);

    /// <summary>Marks an activity as failed; false, so that a filter of exceptions can call it.</summary>
    public static bool Fail(Activity? activity, Exception e)
    {
        activity?.SetStatus(ActivityStatusCode.Error, e is OperationCanceledException ? "cancelled" : e.Message);
        return false;
    }

    /// <summary>A meta-iteration is done.</summary>
    /// <param name="metrics">What it measured.</param>
    /// <param name="updates">Policy updates in it.</param>
    public void Iterated(in MetaIterationMetrics metrics, long updates)
    {
        if (Iterations.Enabled || Loss.Enabled || Error.Enabled || GradientNorm.Enabled)
        {
            Iterations.Add(1, _tags);
            Loss.Record(metrics.TaskLoss, _tags);
            Error.Record(metrics.FinalError, _tags);
            GradientNorm.Record(metrics.GradientNorm, _tags);
        }

        Updated(updates);
    }

    /// <summary>Policies were updated.</summary>
    /// <param name="updates">How many times, over all policies.</param>
    public void Updated(long updates)
    {
        if (!PolicyUpdates.Enabled && !UpdateRate.Enabled)
        {
            return;
        }

        PolicyUpdates.Add(updates, _tags);
        long now = Stopwatch.GetTimestamp();
        if (_last > 0 && now > _last)
        {
            UpdateRate.Record(updates * (double)Stopwatch.Frequency / (now - _last), _tags);
        }

        _last = now;
    }
}
