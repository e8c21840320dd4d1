namespace MetaCritic.Dynamics.RigidBody;

/// <summary>
/// Bodies whose joints follow others: q = G·r + b, where r are the positions of the joints that move by themselves, one entry of a row
/// of G is not zero, and that is 1 for a joint that moves by itself. Velocities and accelerations follow by G, forces by Gᵀ.
/// </summary>
/// <param name="Leaders">For each body, the body whose joint its own follows; its own index if it moves by itself.</param>
/// <param name="Multipliers">For each body, the entry of G.</param>
/// <param name="Offsets">For each body, b, rad or m.</param>
internal sealed record BodyCoupling(int[] Leaders, double[] Multipliers, double[] Offsets)
{
    /// <summary>The bodies whose joints move by themselves, in the order of r.</summary>
    public int[] Independent { get; } = [.. Enumerable.Range(0, Leaders.Length).Where(i => Leaders[i] == i)];

    /// <summary>For each body the index in r of the joint that its own follows.</summary>
    public int[] Coordinates { get; } = CoordinatesOf(Leaders);

    /// <summary>Doubles of scratch memory for each lane.</summary>
    public int ScratchSize => checked((Leaders.Length * (Leaders.Length + 1)) + (Independent.Length * (Independent.Length + 1)));

    /// <summary>Whether another robot's joints follow each other alike.</summary>
    public bool IsAs(BodyCoupling other) =>
        Leaders.AsSpan().SequenceEqual(other.Leaders) && Multipliers.AsSpan().SequenceEqual(other.Multipliers) && Offsets.AsSpan().SequenceEqual(other.Offsets);

    private static int[] CoordinatesOf(int[] leaders)
    {
        int[] coordinates = new int[leaders.Length];
        int next = 0;
        for (int i = 0; i < leaders.Length; i++)
        {
            coordinates[i] = leaders[i] == i ? next++ : -1;
        }

        return [.. leaders.Select(leader => coordinates[leader])];
    }
}
