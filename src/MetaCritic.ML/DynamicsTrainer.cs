using System.Globalization;
using MetaCritic.Dynamics;
using MetaCritic.ML.Functions;
using MetaCritic.ML.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MetaCritic.ML;

/// <summary>Learns dynamics f(s, a) = s' from a table of transitions, one row each: an ensemble of networks that predicts the change of the state.</summary>
/// <remarks>
/// <para>Input columns (names are those of <see cref="Options"/>); what comes out is described at <see cref="DynamicsTransformer"/>:</para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>State</term><description>vector of Single, or one Single column per component: positions, then velocities</description></item>
/// <item><term>Action</term><description>vector of Single, or one Single column per component</description></item>
/// <item><term>NextState</term><description>as State: the state one control step later</description></item>
/// <item><term>episode (optional)</term><description>Single: the roll-out that the row was recorded in; whole ones are then held out</description></item>
/// </list>
/// <para>Characteristics:</para>
/// <list type="table">
/// <item><term>Task</term><description>regression with several outputs; score columns per component serve <c>Regression.Evaluate</c></description></item>
/// <item><term>Normalisation needed</term><description>no, it is part of the model</description></item>
/// <item><term>Caching</term><description>not needed; the table is read once</description></item>
/// <item><term>Deterministic</term><description>yes: the same rows and seed give the same bits whatever the number of threads</description></item>
/// </list>
/// <para>
/// Each network minimises the mean squared error of the normalised change by Adam and is stopped early on rows held out; see
/// <see cref="DynamicsLearner"/>.
/// </para>
/// </remarks>
public sealed class DynamicsTrainer : IEstimator<DynamicsTransformer>
{
    private readonly MLContext _context;
    private readonly Options _options;

    internal DynamicsTrainer(MLContext context, Options options)
    {
        _context = context;
        _options = options;
        options.Validate();
    }

    /// <summary>Learns the dynamics.</summary>
    /// <param name="input">The table of transitions.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type or size, or a value is not usable; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public DynamicsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.CancellationToken.ThrowIfCancellationRequested();
        NumberColumns state = Columns("State", _options.StateColumnName, _options.StateColumns, input.Schema);
        NumberColumns action = Columns("Action", _options.ActionColumnName, _options.ActionColumns, input.Schema);
        NumberColumns next = NextColumns(state.Size);
        NumberColumns? episode = EpisodeColumn();
        NumberColumns[] inputs = [.. new[] { state, action, next, episode }.OfType<NumberColumns>()];
        foreach (NumberColumns columns in inputs)
        {
            columns.Check(input.Schema);
        }

        _options.Columns().CheckScores(state.Size);
        Transitions transitions = Read(input, state, action, next, episode, inputs);
        IHost host = ((IHostEnvironment)_context).Register("MetaCritic");
        using IChannel channel = host.Start("Learning dynamics");
        int positions = _options.PositionSize ?? (state.Size % 2 == 0 ? state.Size / 2 : state.Size);
        DynamicsLearner learner = new(positions, (_options.Learning ?? new()) with { Seed = _options.Seed ?? _options.Learning?.Seed ?? 0 }, _options.Prior);
        LearnedDynamics dynamics = learner.Learn(transitions, _options.Progress, _options.CancellationToken);
        channel.Inform(
            $"Dynamics are learned from {dynamics.HeldOut.Rows} rows; on {dynamics.HeldOut.HeldOutRows} rows held out the errors are {string.Join(", ", dynamics.HeldOut.Errors.Select(e => e.ToString("G3", CultureInfo.InvariantCulture)))}.");
        return new(_context, new(dynamics, _options.Columns()));
    }

    /// <summary>The columns that <see cref="DynamicsTransformer"/> will add, by the columns that a pipeline promises.</summary>
    /// <param name="inputSchema">The promised columns.</param>
    /// <exception cref="InvalidInputException">A column is missing or of a wrong type; the message names it.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        NumberColumns state = Promised("State", _options.StateColumnName, _options.StateColumns);
        NumberColumns?[] inputs =
        [
            state,
            Promised("Action", _options.ActionColumnName, _options.ActionColumns),
            Promised("NextState", _options.NextStateColumnName, _options.NextStateColumns),
            EpisodeColumn(),
        ];
        foreach (NumberColumns columns in inputs.OfType<NumberColumns>())
        {
            columns.Check(inputSchema);
        }

        return OutputColumn.Append(_context, inputSchema, DynamicsFunction.ResultsOf(_options.Columns(), state.Size).Select(result => result.Column));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // A promise does not tell sizes; any will do for a vector column, and 1 also for a scalar one.
    private static NumberColumns Promised(string what, string vectorColumn, IReadOnlyList<string> scalarColumns) =>
        NumberColumns.Of(what, vectorColumn, scalarColumns, Math.Max(1, scalarColumns.Count), "");

    private static NumberColumns Columns(string what, string vectorColumn, IReadOnlyList<string> scalarColumns, DataViewSchema schema)
    {
        if (scalarColumns.Count > 0)
        {
            return NumberColumns.Of(what, vectorColumn, scalarColumns, scalarColumns.Count, Invariant($"{scalarColumns.Count} columns are named"));
        }

        // One number will do for a state of one component. A missing column, or one of another type, is refused by the check that follows.
        int size = (schema.GetColumnOrNull(vectorColumn)?.Type as VectorDataViewType) is { } type ? type.Size : 1;
        return size > 0
            ? NumberColumns.Of(what, vectorColumn, [], size, Invariant($"the table has {size} there"))
            : throw new InvalidInputException($"Column \"{vectorColumn}\" (option {what}ColumnName)", "its vectors have no fixed size", "Give a column of vectors of one size, such as Concatenate makes");
    }

    private NumberColumns NextColumns(int size) =>
        NumberColumns.Of("NextState", _options.NextStateColumnName, _options.NextStateColumns, size, Invariant($"a state has {size} components"));

    private NumberColumns? EpisodeColumn() =>
        _options.EpisodeColumnName is { } name ? NumberColumns.Of("Episode", name, [], 1, "an episode is one number") : null;

    private static Transitions Read(IDataView input, NumberColumns state, NumberColumns action, NumberColumns next, NumberColumns? episode, NumberColumns[] inputs)
    {
        List<double[]> states = [], actions = [], nextStates = [];
        List<long> episodes = [];
        using DataViewRowCursor cursor = input.GetRowCursor(inputs.SelectMany(columns => columns.Find(input.Schema)));
        NumberColumns.Reader stateReader = state.Open(cursor), actionReader = action.Open(cursor), nextReader = next.Open(cursor);
        NumberColumns.Reader? episodeReader = episode?.Open(cursor);
        double[] one = new double[1];
        while (cursor.MoveNext())
        {
            states.Add(Next(stateReader, state.Size));
            actions.Add(Next(actionReader, action.Size));
            nextStates.Add(Next(nextReader, next.Size));
            if (episodeReader is not null)
            {
                episodeReader.Read(one);
                if (!double.IsInteger(one[0]) || Math.Abs(one[0]) > Singles.LargestWhole)
                {
                    throw new InvalidInputException(episode!.Place(Invariant($"row {states.Count}")), Invariant($"the episode is {one[0]}"), Invariant($"Give a whole number of at most {Singles.LargestWhole}"));
                }

                episodes.Add((long)one[0]);
            }
        }

        return new() { States = states, Actions = actions, NextStates = nextStates, Episodes = episodeReader is null ? null : episodes };

        static double[] Next(NumberColumns.Reader reader, int size)
        {
            double[] values = new double[size];
            reader.Read(values);
            return values;
        }
    }

    /// <summary>Settings of the trainer. They are checked once, when the trainer is made.</summary>
    public sealed class Options
    {
        /// <summary>Vector column of the state. Default "State"; any name.</summary>
        public string StateColumnName { get; init; } = "State";

        /// <summary>Scalar columns of the state, one per component, in place of <see cref="StateColumnName"/>. Default none.</summary>
        public IReadOnlyList<string> StateColumns { get; init; } = [];

        /// <summary>Vector column of the action. Default "Action"; any name.</summary>
        public string ActionColumnName { get; init; } = "Action";

        /// <summary>Scalar columns of the action, one per component, in place of <see cref="ActionColumnName"/>. Default none.</summary>
        public IReadOnlyList<string> ActionColumns { get; init; } = [];

        /// <summary>Vector column of the next state. Default "NextState"; any name.</summary>
        public string NextStateColumnName { get; init; } = "NextState";

        /// <summary>Scalar columns of the next state, one per component, in place of <see cref="NextStateColumnName"/>. Default none.</summary>
        public IReadOnlyList<string> NextStateColumns { get; init; } = [];

        /// <summary>Column of the episode; null if it is not known. Default null; any name.</summary>
        public string? EpisodeColumnName { get; init; }

        /// <summary>Leading components of a state that are positions; null for half of them (all, if their number is odd). Default null; 1 or more.</summary>
        public int? PositionSize { get; init; }

        /// <summary>Settings of learning; null for the defaults. Default null; ranges at <see cref="DynamicsLearnerOptions"/>.</summary>
        public DynamicsLearnerOptions? Learning { get; init; }

        /// <summary>Seed of everything random; null for that of <see cref="Learning"/>. Default null; any number.</summary>
        public ulong? Seed { get; init; }

        /// <summary>The dynamics of one robot that are to be corrected; null for none. Default null.</summary>
        public RigidBodyDynamics? Prior { get; init; }

        /// <summary>Is told of every pass over the rows. Default null.</summary>
        public IProgress<DynamicsLearningProgress>? Progress { get; init; }

        /// <summary>Ends the work within one pass. Default none.</summary>
        public CancellationToken CancellationToken { get; init; }

        /// <summary>The transformer's vector column of the predicted next state. Default "PredictedState"; any name.</summary>
        public string PredictedStateColumnName { get; init; } = "PredictedState";

        /// <summary>The transformer's scalar columns of the predicted next state, one per component, for <c>Regression.Evaluate</c>. Default none.</summary>
        public IReadOnlyList<string> ScoreColumns { get; init; } = [];

        /// <summary>The transformer's column of the networks' disagreement; null for none. Default null; any name.</summary>
        public string? DisagreementColumnName { get; init; }

        internal void Validate()
        {
            Columns().Validate();
            ColumnOptions.Name(NextStateColumnName);
            ColumnOptions.Names(NextStateColumns);
            ColumnOptions.OptionalName(EpisodeColumnName);
            Learning?.Validate();
            if (PositionSize < 1)
            {
                throw new InvalidInputException($"options.{nameof(PositionSize)}", FormattableString.Invariant($"value is {PositionSize}"), "Give 1 or more");
            }

            if (Prior is { IsOfOneRobot: false })
            {
                throw new InvalidInputException($"options.{nameof(Prior)}", "it is of several robots", "Give the dynamics of one robot");
            }
        }

        internal DynamicsColumns Columns() => new(
            StateColumnName,
            ColumnOptions.Names(StateColumns),
            ActionColumnName,
            ColumnOptions.Names(ActionColumns),
            PredictedStateColumnName,
            ColumnOptions.Names(ScoreColumns),
            DisagreementColumnName);
    }
}
