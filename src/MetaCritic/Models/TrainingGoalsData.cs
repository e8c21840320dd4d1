using MetaCritic.Learning;

namespace MetaCritic.Models;

/// <summary>Training goals as tensors of a file, bit by bit.</summary>
internal static class TrainingGoalsData
{
    /// <summary>Adds the tensors <c>goals</c> [rows × positions], <c>startStates</c> [rows × state] and <c>weights</c> [rows], the latter two if there are any.</summary>
    public static void AddTo(this TrainingGoals goals, TensorFile file)
    {
        Add(file, "goals", goals.Goals);
        if (goals.StartStates is not null)
        {
            Add(file, "startStates", goals.StartStates);
        }

        if (goals.Weights is not null)
        {
            file.Add<double>("weights", goals.Weights.ToArray());
        }
    }

    /// <summary>Reads what <see cref="AddTo"/> added.</summary>
    public static TrainingGoals GetFrom(TensorFile file, int stateSize, int positionSize) => new()
    {
        Goals = Get(file, "goals", positionSize),
        StartStates = file.Has("startStates") ? Get(file, "startStates", stateSize) : null,
        Weights = file.Has("weights") ? file.Get<double>("weights") : null,
    };

    /// <summary>Checks shapes and values.</summary>
    /// <exception cref="InvalidInputException">Something does not fit.</exception>
    public static void Validate(this TrainingGoals goals, string place, int stateSize, int positionSize)
    {
        int rows = goals.Goals.Count;
        NetworkData.Require(rows > 0, place, "there are no goals");
        NetworkData.Require(
            goals.Goals.All(row => row.Length == positionSize && row.All(double.IsFinite)), place, FormattableString.Invariant($"a goal is not {positionSize} finite numbers"));
        NetworkData.Require(
            goals.StartStates is null || (goals.StartStates.Count == rows && goals.StartStates.All(row => row.Length == stateSize && row.All(double.IsFinite))),
            place,
            FormattableString.Invariant($"the start states are not {rows} times {stateSize} finite numbers"));
        NetworkData.Require(
            goals.Weights is null || (goals.Weights.Count == rows && goals.Weights.All(w => w >= 0 && double.IsFinite(w)) && goals.Weights.Any(w => w > 0)),
            place,
            FormattableString.Invariant($"the weights of the goals are not {rows} numbers of at least 0, one above"));
    }

    private static void Add(TensorFile file, string name, IReadOnlyList<double[]> rows) =>
        file.Add<double>(name, rows.SelectMany(row => row).ToArray(), rows.Count, rows[0].Length);

    private static double[][] Get(TensorFile file, string name, int width) => [.. file.Get<double>(name, -1, width).Chunk(width)];
}
