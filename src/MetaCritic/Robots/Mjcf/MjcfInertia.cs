namespace MetaCritic.Robots;

/// <summary>Masses and inertias of MJCF bodies: given, or those of their geoms; and what the compiler does to them.</summary>
internal sealed class MjcfInertia
{
    private readonly MjcfContext _context;
    private readonly MjcfGeom _geoms;
    private readonly double _boundMass;
    private readonly double _boundInertia;
    private readonly bool _balance;
    private readonly string _fromGeoms;
    private readonly (double First, double Last) _groups;

    public MjcfInertia(MjcfContext context, MjcfGeom geoms, MjcfElement root)
    {
        (_context, _geoms) = (context, geoms);
        _ = context.Faults.Try(() => Total = context.Setting(root, "settotalmass"));
        _boundMass = Number("boundmass");
        _boundInertia = Number("boundinertia");
        _balance = context.Compiler.GetValueOrDefault("balanceinertia") == "true";
        _fromGeoms = context.Compiler.GetValueOrDefault("inertiafromgeom", "auto");
        string range = context.Compiler.GetValueOrDefault("inertiagrouprange", "0 5");
        string[] groups = range.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (groups.Length == 2 && int.TryParse(groups[0], out int first) && int.TryParse(groups[1], out int last))
        {
            _groups = (first, last);
        }
        else
        {
            context.Faults.Add(root.Problem($"inertiagrouprange of <compiler> is {Quoted.Text(range)}", "Give two whole numbers, the first group and the last"));
        }

        double Number(string name)
        {
            double value = 0;
            context.Faults.Try(() => value = context.Setting(root, name));
            return value;
        }
    }

    /// <summary>The mass that all bodies are scaled to, kg; 0 for none.</summary>
    public double Total { get; private set; }

    /// <summary>A body's link.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="inertial">Its <c>inertial</c>; null if there is none.</param>
    /// <param name="geoms">Its geoms, with the class and the frame that they are given in.</param>
    /// <exception cref="InvalidInputException">A figure cannot be used.</exception>
    public RobotLink Link(string name, MjcfElement? inertial, IReadOnlyList<(MjcfElement Element, string? Class, Pose Frame)> geoms)
    {
        RobotLink link = inertial is not null && _fromGeoms != "true" ? Given(name, inertial) : _fromGeoms != "false" ? OfGeoms(name, geoms) : new() { Name = name };
        if (_boundMass > 0)
        {
            link = link with { Mass = Math.Max(link.Mass, _boundMass) };
        }

        PrincipalMoments moments = PrincipalMoments.Of(link.Inertia);
        if (_boundInertia > 0 && _boundInertia > moments.Smallest)
        {
            link = link with { Inertia = Bounded(link, moments) };
            moments = PrincipalMoments.Of(link.Inertia);
        }

        double mean = (moments.Smallest + moments.Middle + moments.Largest) / 3;
        return _balance && moments.Smallest + moments.Middle < moments.Largest ? link with { Inertia = new(mean, 0, 0, mean, 0, mean) } : link;
    }

    // The principal moments become at least the bound. With axes that are not those of the frame only a common bound can be met.
    private InertiaTensor Bounded(RobotLink link, PrincipalMoments moments)
    {
        InertiaTensor i = link.Inertia;
        if (i.Xy == 0 && i.Xz == 0 && i.Yz == 0)
        {
            return new(Math.Max(i.Xx, _boundInertia), 0, 0, Math.Max(i.Yy, _boundInertia), 0, Math.Max(i.Zz, _boundInertia));
        }

        MathNet.Numerics.LinearAlgebra.Factorization.Evd<double> evd = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(
            3, 3, [i.Xx, i.Xy, i.Xz, i.Xy, i.Yy, i.Yz, i.Xz, i.Yz, i.Zz]).Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric);
        MathNet.Numerics.LinearAlgebra.Matrix<double> v = evd.EigenVectors;
        Rotation3d axes = new(v[0, 0], v[0, 1], v[0, 2], v[1, 0], v[1, 1], v[1, 2], v[2, 0], v[2, 1], v[2, 2]);
        double At(int k) => Math.Max(evd.EigenValues[k].Real, _boundInertia);
        return double.IsFinite(moments.Largest) ? new InertiaTensor(At(0), 0, 0, At(1), 0, At(2)).Rotated(axes) : i;
    }

    private RobotLink Given(string name, MjcfElement element)
    {
        _context.OnlyAttributes(element, MjcfVocabulary.Inertial);
        double mass = _context.Number(element, "mass", null) ?? throw element.Problem("the attribute mass is missing", "Add mass=\"…\", in kg");
        Pose pose = _context.Pose(element, null);
        InertiaTensor inertia = _context.Numbers(element, "fullinertia", null, 6, 6) is { } f ? new(f[0], f[3], f[4], f[1], f[5], f[2])
            : _context.Numbers(element, "diaginertia", null, 3, 3) is { } d ? new(d[0], 0, 0, d[1], 0, d[2])
            : throw element.Problem("neither diaginertia nor fullinertia is given", "Add diaginertia=\"…\", in kg·m²");
        return new() { Name = name, Mass = mass, CenterOfMass = pose.Position, Inertia = inertia.Rotated(pose.Rotation) };
    }

    private RobotLink OfGeoms(string name, IReadOnlyList<(MjcfElement Element, string? Class, Pose Frame)> geoms)
    {
        List<(double Mass, Pose Pose, InertiaTensor Inertia)> bodies = [];
        foreach ((MjcfElement element, string? childClass, Pose frame) in geoms)
        {
            _context.Faults.Try(() =>
            {
                double group = _context.Number(element, "group", childClass) ?? 0;
                if (group >= _groups.First && group <= _groups.Last && _geoms.MassOf(element, childClass) is { } body)
                {
                    bodies.Add((body.Mass, frame * body.Pose, body.Inertia));
                }
            });
        }

        double mass = bodies.Sum(body => body.Mass);
        if (!(mass > 0))
        {
            return new() { Name = name };
        }

        Vector3d center = Vector3d.Zero;
        foreach ((double m, Pose pose, InertiaTensor _) in bodies)
        {
            center += (m / mass) * pose.Position;
        }

        InertiaTensor inertia = default;
        foreach ((double m, Pose pose, InertiaTensor own) in bodies)
        {
            inertia += own.Rotated(pose.Rotation) + InertiaTensor.OfPointMass(m, pose.Position - center);
        }

        return new() { Name = name, Mass = mass, CenterOfMass = center, Inertia = inertia };
    }
}
