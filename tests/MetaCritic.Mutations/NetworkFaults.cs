namespace MetaCritic.Mutations;

/// <summary>Faults in networks, optimisers and random numbers.</summary>
internal static class NetworkFaults
{
    private const string Networks = "src/MetaCritic/Networks/";

    public static IReadOnlyList<Fault> List { get; } =
    [
        new(
            "Adam's second moment corrected without the root",
            Networks + "AdamOptimizer.cs",
            "1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps)),",
            "1 / (1 - Math.Pow(Beta2, Steps)),",
            "A wrong bias correction: the first steps are 30 times too small.",
            "AdamTests"),
        new(
            "Adam's first moment not corrected",
            Networks + "AdamOptimizer.cs",
            "learningRate / (1 - Math.Pow(Beta1, Steps)),",
            "learningRate,",
            "A missing bias correction.",
            "AdamTests"),
        new(
            "Adam's second moment of the gradient, not of its square",
            Networks + "VectorLoops.cs",
            "TSimd.MultiplyAdd(beta2, TSimd.Load(second + i), rest2 * g * g);",
            "TSimd.MultiplyAdd(beta2, TSimd.Load(second + i), rest2 * g);",
            "A missing factor.",
            "AdamTests"),
        new(
            "Norm summed in another order",
            Networks + "VectorLoops.cs",
            "return s0 + s1 + (s2 + s3);",
            "return s0 + s1 + s2 + s3;",
            "Rounding: results would no longer have the bits of earlier versions.",
            "AdamTests"),
        new(
            "Second derivative of elu",
            Networks + "ActivationFunctions.cs",
            "TSimd.SelectGreater(h, TSimd.Zero, TSimd.Zero, h + Number(1));",
            "TSimd.SelectGreater(h, TSimd.Zero, TSimd.Zero, h);",
            "A missing term of the meta-gradient.",
            "MlpTests"),
        new(
            "Second derivative of tanh",
            Networks + "ActivationFunctions.cs",
            "Number(-2) * h * First(h);",
            "Number(2) * h * First(h);",
            "A sign in the meta-gradient.",
            "MlpTests"),
        new(
            "Second derivative of softplus",
            Networks + "ActivationFunctions.cs",
            "return first * (Number(1) - first);",
            "return first;",
            "A missing factor.",
            "MlpTests"),
        new(
            "Initial weights by the outputs of a layer",
            Networks + "Initialization.cs",
            "double bound = 1 / Math.Sqrt(layout.Size(l));",
            "double bound = 1 / Math.Sqrt(layout.Size(l + 1));",
            "Networks begin at another scale than documented.",
            "InitializationTests"),
        new(
            "tanh cut off too early",
            Networks + "VectorMath.cs",
            "TSimd limit = Constant(10f, 20.0);",
            "TSimd limit = Constant(5f, 5.0);",
            "Wrong by 1e-4 where policies saturate.",
            "VectorMathTests"),
        new(
            "Exponential's series cut short",
            Networks + "VectorMath.cs",
            "p = TSimd.MultiplyAdd(p, r, Constant(1f / 24, 1.0 / 24));",
            "p = TSimd.MultiplyAdd(p, r, Constant(1f / 25, 1.0 / 25));",
            "A wrong coefficient.",
            "VectorMathTests"),
        new(
            "Uniform numbers beyond 1",
            Networks + "KeyedRandom.cs",
            "(NextBits() >> 11) * (1.0 / (1UL << 53));",
            "(NextBits() >> 10) * (1.0 / (1UL << 53));",
            "An off-by-one: draws reach beyond their range.",
            "KeyedRandomTests"),
        new(
            "Normal numbers of half the variance",
            Networks + "KeyedRandom.cs",
            "Math.Sqrt(-2 * Math.Log(1 - NextDouble()));",
            "Math.Sqrt(-1 * Math.Log(1 - NextDouble()));",
            "A missing factor 2: noise and drawn starts are too small.",
            "KeyedRandomTests"),
        new(
            "Minus zero as another key",
            Networks + "KeyedRandom.cs",
            "BitConverter.DoubleToUInt64Bits(value + 0.0)",
            "BitConverter.DoubleToUInt64Bits(value)",
            "Equal goals would give different policies.",
            "KeyedRandomTests"),
        new(
            "Gradient of a critic's score at the wrong columns",
            "src/MetaCritic/Models/CriticModel.Score.cs",
            "float own = gradients[(i * width) + StateSize + j];",
            "float own = gradients[(i * width) + j];",
            "A wrong index.",
            "ModelTests"),
        new(
            "Gradient of a critic's score without the scale of actions",
            "src/MetaCritic/Models/CriticModel.Score.cs",
            "actionGradient[i] = inputs.ActionScale * (centre",
            "actionGradient[i] = (centre",
            "A missing factor of the chain rule.",
            "ModelTests"),
    ];
}
