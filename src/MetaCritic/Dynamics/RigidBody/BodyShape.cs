namespace MetaCritic.Dynamics.RigidBody;

/// <summary>What a body has in common with the same body of every robot of the same structure.</summary>
/// <param name="Parent">Index of the body it is joined to, smaller than its own; −1 for the world.</param>
/// <param name="IsPrismatic">Whether its joint slides along z; else it turns about z.</param>
/// <param name="HasSwing">Whether its placement needs a first turn about the parent's z (see <see cref="BodyParameter.CosSwing"/>).</param>
/// <param name="HasChildren">Whether other bodies are joined to it.</param>
/// <param name="IsLastChild">Whether it is its parent's last child, the first to hand something inward.</param>
internal readonly record struct BodyShape(int Parent, bool IsPrismatic, bool HasSwing, bool HasChildren, bool IsLastChild)
{
    /// <summary>Whether it is joined to the world.</summary>
    public bool IsRoot => Parent < 0;
}
