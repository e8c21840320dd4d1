using MetaCritic.Files;

namespace MetaCritic.Dynamics;

/// <summary>Transitions as a file, bit by bit: what was collected between two rounds, so that an interrupted training can go on.</summary>
internal static class TransitionsData
{
    public static void Save(this Transitions transitions, string path)
    {
        TensorFile file = new(TensorFileKind.Transitions, writer => writer.WriteString("product", ProductInfo.Name));
        Add("states", transitions.States);
        Add("actions", transitions.Actions);
        Add("nextStates", transitions.NextStates);
        file.Add<long>("episodes", [.. transitions.Episodes!]);
        file.Save(path);

        void Add(string name, IReadOnlyList<double[]> rows) => file.Add<double>(name, [.. rows.SelectMany(row => row)], rows.Count, rows[0].Length);
    }

    public static Transitions Load(string path, int stateSize, int actionSize)
    {
        TensorFile file = TensorFile.Load(path, TensorFileKind.Transitions);
        return file.Interpret(header =>
        {
            header.RequireProduct();
            long[] episodes = file.Get<long>("episodes");
            return new Transitions
            {
                States = Get("states", stateSize),
                Actions = Get("actions", actionSize),
                NextStates = Get("nextStates", stateSize),
                Episodes = episodes,
            };

            double[][] Get(string name, int width)
            {
                double[] values = file.Get<double>(name, episodes.Length, width);
                Consistency.Require(values.All(double.IsFinite), path, $"the tensor \"{name}\" holds numbers that are not finite");
                return [.. values.Chunk(width)];
            }
        });
    }
}
