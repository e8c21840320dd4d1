namespace MetaCritic.Architecture.Tests;

/// <summary>A type that stands in no other.</summary>
/// <param name="Assembly">The assembly that defines it.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name, without arity.</param>
internal sealed record TypeName(string Assembly, string Namespace, string Name);

/// <summary>One type uses another.</summary>
internal sealed record TypeUse(TypeName User, TypeName Used);
