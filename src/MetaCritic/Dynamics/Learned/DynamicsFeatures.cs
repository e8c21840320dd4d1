namespace MetaCritic.Dynamics;

/// <summary>What the networks of learned dynamics see of a state and an action: [q or (sin q, cos q), other components, a].</summary>
/// <param name="StateSize">Components of a state.</param>
/// <param name="ActionSize">Components of an action.</param>
/// <param name="PositionSize">Leading components of a state that are positions.</param>
/// <param name="Angles">Whether positions are seen as sine and cosine.</param>
internal sealed record DynamicsFeatures(int StateSize, int ActionSize, int PositionSize, bool Angles)
{
    public int Count => StateSize + ActionSize + (Angles ? PositionSize : 0);

    /// <summary>Writes the features of one row.</summary>
    public void Write(ReadOnlySpan<double> states, ReadOnlySpan<double> actions, int stride, int lane, Span<double> features)
    {
        int at = 0;
        for (int i = 0; i < StateSize; i++)
        {
            double value = states[(i * stride) + lane];
            if (Angles && i < PositionSize)
            {
                (features[at], features[at + 1]) = Math.SinCos(value);
                at += 2;
            }
            else
            {
                features[at++] = value;
            }
        }

        for (int i = 0; i < ActionSize; i++)
        {
            features[at++] = actions[(i * stride) + lane];
        }
    }

    /// <summary>Adds the pull-back of a cotangent of the features to the cotangents of state and action.</summary>
    public void AddVjp(ReadOnlySpan<double> states, int stride, int lane, ReadOnlySpan<double> cotangent, Span<double> stateCotangents, Span<double> actionCotangents)
    {
        int at = 0;
        for (int i = 0; i < StateSize; i++)
        {
            if (Angles && i < PositionSize)
            {
                (double sin, double cos) = Math.SinCos(states[(i * stride) + lane]);
                stateCotangents[(i * stride) + lane] += (cos * cotangent[at]) - (sin * cotangent[at + 1]);
                at += 2;
            }
            else
            {
                stateCotangents[(i * stride) + lane] += cotangent[at++];
            }
        }

        for (int i = 0; i < ActionSize; i++)
        {
            actionCotangents[(i * stride) + lane] += cotangent[at++];
        }
    }
}
