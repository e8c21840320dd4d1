namespace MetaCritic.Dynamics;

/// <summary>What the derivative of a step is where a torque or a velocity is clamped to its limit, or an end stop is pressed.</summary>
public enum LimitGradient
{
    /// <summary>The exact one: 0 where something is clamped, little in an end stop. A policy whose actions are all beyond the limits learns nothing from it.</summary>
    Zero,

    /// <summary>
    /// The one without the limit where descending along it leads back inside, else 0: the way back from beyond a limit stays visible,
    /// and nothing draws further out.
    /// </summary>
    Inward,
}
