namespace MetaCritic;

/// <summary>Names under which trainings and fits tell of themselves, for <c>dotnet-counters</c>, OpenTelemetry and other listeners; docs/watching.md lists what they tell.</summary>
public static class MetaCriticTelemetry
{
    /// <summary>Name of the meter (<see cref="System.Diagnostics.Metrics.Meter"/>).</summary>
    public const string MeterName = "MetaCritic";

    /// <summary>Name of the source of activities (<see cref="System.Diagnostics.ActivitySource"/>): one for each training and each fit.</summary>
    public const string ActivitySourceName = "MetaCritic";
}
