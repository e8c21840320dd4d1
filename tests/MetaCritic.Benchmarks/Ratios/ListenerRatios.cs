using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetaCritic.Learning;
using MetaCritic.Tasks;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>What it costs that somebody listens to the meter and the activities.</summary>
internal static class ListenerRatios
{
    private const int Iterations = 10;

    public static Table Measure(Effort effort)
    {
        using MetaTrainer alone = KukaTask.Trainer(4, 65, 1), heard = KukaTask.Trainer(4, 65, 1);
        using PolicyLearner learner = new(FittingRatios.Critic(), new() { Steps = 10, Horizon = 50, Threads = 1 });
        FittingTask[] tasks = FittingRatios.Tasks(4);
        return new(
            "listeners",
            "Training and fitting on the Kuka iiwa 7, one thread, with a MeterListener and an ActivityListener and without",
            [
                Compare(effort, "meta-training, B = 4, T = 65, 10 meta-iterations", () => Train(alone), () => Train(heard)),
                Compare(effort, "fitting, 4 goals, 10 updates, roll-outs of 50 steps", () => learner.Fit(tasks), () => learner.Fit(tasks)),
            ],
            ["The listeners take every measurement and every activity; that they begin and end is in the time."]);
    }

    private static Row Compare(Effort effort, string name, Action alone, Action heard)
    {
        long told = 0;
        Timing[] timings = Paired.Measure(effort, new("without", alone), new("with", () =>
        {
            using Listeners listeners = new(() => told++);
            heard();
        }));
        return told > 0
            ? new(name, [new("without", "ms", 1e3 * timings[0].Time), new("with", "ms", 1e3 * timings[1].Time), new("with / without", "", timings[1].Over(timings[0]))])
            : throw new InvalidOperationException("The listeners were told nothing.");
    }

    private static void Train(MetaTrainer trainer) => trainer.Train(stopAfter: trainer.Iteration + Iterations);

    private sealed class Listeners : IDisposable
    {
        private readonly MeterListener _meters = new();
        private readonly ActivityListener _activities;

        public Listeners(Action told)
        {
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MetaCriticTelemetry.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _meters.SetMeasurementEventCallback<long>((_, _, _, _) => told());
            _meters.SetMeasurementEventCallback<double>((_, _, _, _) => told());
            _meters.Start();
            _activities = new()
            {
                ShouldListenTo = source => source.Name == MetaCriticTelemetry.ActivitySourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ => told(),
            };
            ActivitySource.AddActivityListener(_activities);
        }

        public void Dispose()
        {
            _activities.Dispose();
            _meters.Dispose();
        }
    }
}
