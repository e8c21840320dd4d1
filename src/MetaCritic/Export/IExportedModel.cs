using MetaCritic.Dynamics;

namespace MetaCritic.Export;

/// <summary>A model as the writers of formats see it.</summary>
internal interface IExportedModel
{
    /// <summary>What it is, in a word.</summary>
    public string Kind { get; }

    /// <summary>What is computed.</summary>
    public Graph Graph { get; }

    /// <summary>The robot whose step is part of the computation; null if there is none.</summary>
    public RigidBodyDynamics? Prior => null;

    /// <summary>What else is said of it.</summary>
    public IEnumerable<ExportedFact> Facts();

    /// <summary>The outputs by the model itself.</summary>
    /// <param name="inputs">The inputs, in their order.</param>
    public double[][] Evaluate(IReadOnlyList<double[]> inputs);
}
