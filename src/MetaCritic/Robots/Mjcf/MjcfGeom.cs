namespace MetaCritic.Robots;

/// <summary>Simple bodies of MJCF: their masses and inertias, and how they look.</summary>
/// <param name="context">What the reading shares.</param>
internal sealed class MjcfGeom(MjcfContext context)
{
    private static readonly string[] Massless = ["plane", "hfield"];

    /// <summary>Mass and inertia of a geom, in the frame that its body's geoms are given in.</summary>
    /// <returns>Mass, pose, and the inertia about its middle along its own axes; null if it has no mass.</returns>
    /// <exception cref="InvalidInputException">It cannot be used, or its mass cannot be told.</exception>
    public (double Mass, Pose Pose, InertiaTensor Inertia)? MassOf(MjcfElement element, string? childClass)
    {
        double? mass = context.Number(element, "mass", childClass);
        double density = context.Number(element, "density", childClass) ?? 1000;
        string type = TypeOf(element, childClass);
        if (mass == 0 || (mass is null && density == 0) || Massless.Contains(type))
        {
            return null;
        }

        if (type is "mesh" or "sdf" || context.Defaults.Find(element, "mesh", childClass) is not null)
        {
            throw element.Problem("the inertia of a mesh is asked for, which is not computed", "Give the body an <inertial>, or the geom mass=\"0\"");
        }

        if (context.Defaults.Find(element, "shellinertia", childClass) == "true")
        {
            throw element.Problem("shellinertia is true, which is not computed", "Give the body an <inertial>");
        }

        if (mass < 0 || density < 0)
        {
            throw element.Problem("mass or density is negative", "Give a number of at least 0");
        }

        (Pose pose, Vector3d half) = Body(element, childClass, type);
        (double volume, Vector3d unit) = OfUnitMass(type, half);
        double m = mass ?? (density * volume);
        return (m, pose, new(m * unit.X, 0, 0, m * unit.Y, 0, m * unit.Z));
    }

    /// <summary>How a geom looks; null if it is no simple body, or cannot be used: nothing depends on it.</summary>
    public RobotVisual? Look(MjcfElement element, string? childClass, string link, Pose frame)
    {
        try
        {
            string type = TypeOf(element, childClass);
            RobotShape? shape = type switch
            {
                "box" => RobotShape.Box,
                "cylinder" => RobotShape.Cylinder,
                "sphere" => RobotShape.Sphere,
                "capsule" => RobotShape.Capsule,
                "ellipsoid" => RobotShape.Ellipsoid,
                _ => null,
            };
            if (shape is null || context.Defaults.Find(element, "mesh", childClass) is not null || (context.Number(element, "group", childClass) ?? 0) > 2)
            {
                return null;
            }

            (Pose pose, Vector3d half) = Body(element, childClass, type);
            double along = type == "capsule" ? half.Z + half.X : half.Z;
            return new(link, frame * pose, shape.Value, new(2 * half.X, 2 * half.Y, 2 * along));
        }
        catch (InvalidInputException)
        {
            // Where its mass matters, the same error is a fault there.
            return null;
        }
    }

    private string TypeOf(MjcfElement element, string? childClass)
    {
        string type = context.Defaults.Find(element, "type", childClass) ?? "sphere";
        return type is "plane" or "hfield" or "sphere" or "capsule" or "ellipsoid" or "cylinder" or "box" or "mesh" or "sdf"
            ? type
            : throw element.Problem($"the type is {Quoted.Text(type)}", "Use box, sphere, capsule, cylinder, ellipsoid, mesh, plane or hfield");
    }

    /// <summary>Pose and half extents: x, y, z; of a capsule the length without the half balls.</summary>
    private (Pose Pose, Vector3d Half) Body(MjcfElement element, string? childClass, string type)
    {
        int needed = type switch { "sphere" => 1, "capsule" or "cylinder" => 2, _ => 3 };
        double[] size = context.Numbers(element, "size", childClass, 1, 3) ?? [];
        Pose pose;
        double? length = null;
        if (type != "sphere" && context.Numbers(element, "fromto", childClass, 6, 6) is { } ends)
        {
            // From the first end to the second, z looks back to the first.
            (Vector3d from, Vector3d to) = (new(ends[0], ends[1], ends[2]), new(ends[3], ends[4], ends[5]));
            Vector3d along = from - to;
            length = along.Length / 2;
            if (!(length > 1e-14) || !double.IsFinite(along.Length))
            {
                throw element.Problem("fromto has no length", "Give two different points");
            }

            pose = new(MjcfContext.FromZ(along.Unit), 0.5 * (from + to));
            needed = 1;
        }
        else
        {
            pose = context.Pose(element, childClass);
        }

        if (size.Length < needed || size.Take(needed).Any(s => !(s > 0)))
        {
            throw element.Problem($"the size of the {type} is {(size.Length == 0 ? "missing" : "too short or not positive")}", needed == 1 ? "Give a positive number" : $"Give {needed} positive numbers");
        }

        double round = size[0];
        return (pose, type switch
        {
            "sphere" => new(round, round, round),
            "capsule" or "cylinder" => new(round, round, length ?? size[1]),
            _ => length is { } half ? new(round, round, half) : new(size[0], size[1], size[2]),
        });
    }

    private static (double Volume, Vector3d Unit) OfUnitMass(string type, Vector3d half)
    {
        (double x, double y, double z) = (half.X, half.Y, half.Z);
        switch (type)
        {
            case "box":
                return (8 * x * y * z, (1.0 / 3) * new Vector3d((y * y) + (z * z), (x * x) + (z * z), (x * x) + (y * y)));
            case "cylinder":
                double side = ((3 * x * x) + (4 * z * z)) / 12;
                return (2 * Math.PI * x * x * z, new(side, side, x * x / 2));
            case "capsule":
                // A cylinder of height h with a ball of the same radius cut in two: their shares of the mass are as their volumes.
                double h = 2 * z;
                double ball = 4 * x / ((4 * x) + (3 * h));
                double rod = 1 - ball;
                double across = (rod * ((3 * x * x) + (h * h)) / 12) + (ball * ((0.4 * x * x) + (h * ((3 * x) + (2 * h)) / 8)));
                return ((Math.PI * x * x * h) + (4.0 / 3 * Math.PI * x * x * x), new(across, across, (rod * x * x / 2) + (ball * 0.4 * x * x)));
            default: // sphere, ellipsoid
                return (4.0 / 3 * Math.PI * x * y * z, 0.2 * new Vector3d((y * y) + (z * z), (x * x) + (z * z), (x * x) + (y * y)));
        }
    }
}
