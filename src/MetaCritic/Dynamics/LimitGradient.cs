namespace MetaCritic.Dynamics;

/// <summary>What the derivative of a step is where a torque or a velocity is clamped to its limit.</summary>
public enum LimitGradient
{
    /// <summary>0, the exact one. A policy whose actions are all beyond the limits learns nothing from it.</summary>
    Zero,

    /// <summary>
    /// The one without the limit where descending along it leads back inside, else 0: the way back from beyond a limit stays visible,
    /// and nothing draws further out.
    /// </summary>
    Inward,
}
