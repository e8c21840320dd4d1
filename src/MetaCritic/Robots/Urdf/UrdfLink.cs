namespace MetaCritic.Robots;

/// <summary>Reads the links of a URDF document: names, masses, centres of mass and inertias.</summary>
internal static class UrdfLink
{
    /// <summary>Reads a link.</summary>
    /// <param name="document">The document, at the link.</param>
    /// <param name="element">The link's element.</param>
    /// <param name="index">The link's index.</param>
    /// <param name="links">Receives the link.</param>
    /// <param name="visuals">Receives what it looks like.</param>
    /// <returns>Whether it has a name, without which it is no link.</returns>
    public static bool Read(UrdfDocument document, UrdfElement element, int index, List<RobotLink> links, List<RobotVisual> visuals)
    {
        document.Places.SetLink(index, RobotPart.Itself, element.Line, element.Label);
        string name = "";
        document.OnlyRequired(element, "name");
        bool hasName = document.Try(() => name = document.Required(element, "name"));
        RobotLink link = new() { Name = name };
        document.ReadChildren(
            element,
            new("inertial", inertial => link = ReadInertial(document, inertial, index, link)),
            new("visual", visual =>
            {
                if (UrdfVisual.Read(document, visual, link.Name) is { } body)
                {
                    visuals.Add(body);
                }
                else
                {
                    document.Notes.PassOver("<visual>");
                }
            })
            { Repeats = true });
        if (hasName)
        {
            links.Add(link);
        }

        return hasName;
    }

    private static RobotLink ReadInertial(UrdfDocument document, UrdfElement element, int index, RobotLink link)
    {
        Pose origin = Pose.Identity;
        double mass = 0;
        InertiaTensor inertia = default;
        document.ReadChildren(
            element,
            new("origin", child =>
            {
                document.Places.SetLink(index, RobotPart.CenterOfMass, child.Line, child.Label);
                origin = document.Origin(child);
            }),
            new("mass", child =>
            {
                document.Places.SetLink(index, RobotPart.Mass, child.Line, child.Label);
                document.OnlyRequired(child, "value");
                mass = document.RequiredNumber(child, "value");
            })
            { IfMissing = "Add <mass value=\"…\"/>, in kg" },
            new("inertia", child =>
            {
                document.Places.SetLink(index, RobotPart.Inertia, child.Line, child.Label);
                document.OnlyRequired(child, "ixx", "ixy", "ixz", "iyy", "iyz", "izz");
                double Moment(string name)
                {
                    double moment = 0;
                    document.Try(() => moment = document.RequiredNumber(child, name));
                    return moment;
                }

                inertia = new(Moment("ixx"), Moment("ixy"), Moment("ixz"), Moment("iyy"), Moment("iyz"), Moment("izz"));
            })
            { IfMissing = "Add <inertia ixx=\"…\" ixy=\"…\" ixz=\"…\" iyy=\"…\" iyz=\"…\" izz=\"…\"/>, in kg·m²" });
        return link with { Mass = mass, CenterOfMass = origin.Position, Inertia = origin.Rotation == Rotation3d.Identity ? inertia : inertia.Rotated(origin.Rotation) };
    }
}
