namespace MetaCritic.Dynamics.Lanes;

/// <summary>tanh(x) / x, which is 1 at 0, and its derivative.</summary>
internal static class TanhQuotient
{
    /// <summary>Below this the quotient of small differences loses digits, and the series is exact to the last ones.</summary>
    public const double Small = 0.05;

    /// <summary>Coefficients of the series in x², the highest first.</summary>
    public static ReadOnlySpan<double> Series => [62.0 / 2835, -17.0 / 315, 2.0 / 15, -1.0 / 3, 1];

    /// <summary>Value and derivative.</summary>
    /// <param name="x">Any number; NaN gives NaN.</param>
    public static (double Value, double Derivative) Of(double x)
    {
        if (Math.Abs(x) < Small)
        {
            double s = x * x;
            double value = 0;
            foreach (double coefficient in Series)
            {
                value = coefficient + (s * value);
            }

            double derivative = x * ((-2.0 / 3) + (s * ((8.0 / 15) + (s * ((-34.0 / 105) + (s * (496.0 / 2835)))))));
            return (value, derivative);
        }

        double tanh = Math.Tanh(x);
        double quotient = tanh / x;
        return double.IsInfinity(x) ? (0, 0) : (quotient, (((1 - tanh) * (1 + tanh)) - quotient) / x);
    }
}
