using MetaCritic.Tests.Shared;

namespace MetaCritic.Architecture.Tests;

/// <summary>Arrows between rooms run one way, in all assemblies under src/.</summary>
[TestClass]
public sealed class OneWayTests
{
    private static readonly Lazy<(IReadOnlyList<TypeName> Types, IReadOnlyList<TypeUse> Uses)> House = new(ReadHouse);

    [TestMethod]
    public void Every_room_has_its_place_in_the_order()
    {
        CollectionAssert.AllItemsAreUnique(Rooms.Order.ToArray());
        CollectionAssert.AreEquivalent(
            Rooms.Order.ToArray(),
            House.Value.Types.Select(Rooms.Of).Distinct().ToArray(),
            "a room that is new is put where it belongs in Rooms.Order, one that is gone is taken out");
    }

    [TestMethod]
    public void A_room_uses_none_that_comes_after_it()
    {
        string[] back = [.. Rooms.Order.SelectMany((room, place) => Rooms.Order.Skip(place + 1).Select(later => Said(room, later)).OfType<string>())];
        Assert.IsEmpty(back, $"Arrows run back:\n{string.Join("\n", back)}");
    }

    // An arrow that runs back, with the types on it and on the circle that it closes, if it closes one; null if there is none.
    private static string? Said(string room, string later)
    {
        TypeUse[] uses = Between(room, later);
        if (uses.Length == 0)
        {
            return null;
        }

        string arrow = $"{room} → {later}: {string.Join(", ", uses.Take(8).Select(Said))}{(uses.Length > 8 ? $" … ({uses.Length} in all)" : "")}";
        return WayBack(later, room) is { } way ? $"{arrow}; a circle, closed by {string.Join(", ", way.Select(Said))}" : arrow;
    }

    private static string Said(TypeUse use) => $"{use.User.Name} uses {use.Used.Name}";

    // A shortest way from one room to another, one use for each arrow; null if there is none.
    private static List<TypeUse>? WayBack(string from, string to)
    {
        Dictionary<string, List<TypeUse>> ways = new() { [from] = [] };
        Queue<string> open = new([from]);
        while (open.TryDequeue(out string? room))
        {
            foreach (TypeUse use in House.Value.Uses.Where(use => Rooms.Of(use.User) == room))
            {
                if (ways.TryAdd(Rooms.Of(use.Used), [.. ways[room], use]))
                {
                    open.Enqueue(Rooms.Of(use.Used));
                }
            }
        }

        return ways.GetValueOrDefault(to);
    }

    private static TypeUse[] Between(string user, string used) =>
        [.. House.Value.Uses.Where(use => Rooms.Of(use.User) == user && Rooms.Of(use.Used) == used)];

    private static (IReadOnlyList<TypeName> Types, IReadOnlyList<TypeUse> Uses) ReadHouse()
    {
        string[] projects = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)];
        var assemblies = projects
            .Select(project => Path.Combine(Path.GetDirectoryName(project)!, "bin", Repository.Configuration, "net10.0", Path.GetFileNameWithoutExtension(project) + ".dll"))
            .Select(UseReader.Read)
            .ToArray();
        TypeName[] types = [.. assemblies.SelectMany(assembly => assembly.Types)];
        HashSet<string> own = [.. types.Select(type => type.Assembly)];
        return (types, [.. assemblies.SelectMany(assembly => assembly.Uses).Where(use => own.Contains(use.Used.Assembly) && Rooms.Of(use.User) != Rooms.Of(use.Used))]);
    }
}
