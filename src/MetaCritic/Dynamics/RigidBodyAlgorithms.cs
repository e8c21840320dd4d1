using MetaCritic.Dynamics.Lanes;
using MetaCritic.Dynamics.RigidBody;
using MetaCritic.Robots;

namespace MetaCritic.Dynamics;

/// <summary>
/// The classical rigid-body algorithms, for one robot and one state at a time. Calls allocate nothing. Not thread-safe: an
/// instance holds its scratch memory, so use one per thread.
/// </summary>
/// <remarks>
/// Vectors have one component per joint that moves by itself, in the order of <see cref="RobotModel.MovableJoints"/>: positions in rad
/// or m, velocities in rad/s or m/s, accelerations in rad/s² or m/s², forces in N·m or N. Infinities and NaN pass through.
/// </remarks>
public sealed unsafe class RigidBodyAlgorithms
{
    private readonly RobotModel _robot;
    private readonly RigidBodyTree _tree;
    private readonly Workspace _parameters;
    private readonly Workspace _slots;
    private readonly double[] _torque;
    private readonly double[] _frictionSpeed;
    private readonly Workspace? _scratch;
    private readonly double[] _q; // of all bodies, followers as well; so are the next three
    private readonly double[] _qd;
    private readonly double[] _qdd;
    private readonly double[] _forces;
    private readonly Pose[] _poses;
    private readonly (Vector3d Angular, Vector3d Linear)[] _velocities;

    /// <summary>Prepares for a robot.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="frictionSpeed">Speed of dry friction, as <see cref="RigidBodyOptions.FrictionSpeed"/>; null for the usual one.</param>
    /// <exception cref="InvalidInputException">A speed is not finite, not greater than 0, or there is one too many.</exception>
    public RigidBodyAlgorithms(RobotModel robot, IReadOnlyList<double>? frictionSpeed = null)
    {
        ArgumentNullException.ThrowIfNull(robot);
        _robot = robot;
        _tree = RigidBodyTree.Compile(robot);
        _parameters = new(_tree.Count * BodyParameter.Count * BodyParameter.BlockWidth);
        _slots = new(_tree.Count * BodySlot.Count);
        new RigidBodyOptions { FrictionSpeed = frictionSpeed ?? [] }.Validate(_tree.DegreesOfFreedom);
        _torque = new double[_tree.Count];
        _frictionSpeed = [.. Enumerable.Range(0, _tree.Count).Select(i => _tree.FrictionSpeed(frictionSpeed, i))];
        _scratch = _tree.Coupling is { } coupling ? new(coupling.ScratchSize) : null;
        (_q, _qd, _qdd, _forces) = (new double[_tree.Count], new double[_tree.Count], new double[_tree.Count], new double[_tree.Count]);
        _poses = new Pose[robot.Links.Count];
        _velocities = new (Vector3d, Vector3d)[robot.Links.Count];
        _tree.WriteParameters(robot.Gravity, options: null, _parameters.Span, lane: 0);
    }

    /// <summary>
    /// Joint accelerations under given forces, with the joints' damping, dry friction and springs:
    /// q̈ = M⁻¹·(τ − c(q, q̇) − D·q̇ − f·tanh(q̇/v) − K·(q − reference)), by the articulated-body algorithm (Featherstone 2008, Table 7.1);
    /// where joints follow others, by factorising M.
    /// </summary>
    /// <param name="q">Positions, [n].</param>
    /// <param name="qd">Velocities, [n].</param>
    /// <param name="tau">Forces, [n].</param>
    /// <param name="qdd">Receives the accelerations, [n].</param>
    /// <param name="gravity">Gravity in the world frame, m/s²; null for the robot's own.</param>
    /// <exception cref="ArgumentException">A span has another size than n.</exception>
    public void ForwardDynamics(
        ReadOnlySpan<double> q, ReadOnlySpan<double> qd, ReadOnlySpan<double> tau, Span<double> qdd, Vector3d? gravity = null)
    {
        int n = _tree.DegreesOfFreedom;
        Sizes.Check(q.Length, n, nameof(q));
        Sizes.Check(qd.Length, n, nameof(qd));
        Sizes.Check(tau.Length, n, nameof(tau));
        Sizes.Check(qdd.Length, n, nameof(qdd));
        Spread(q, _q, isPosition: true);
        Spread(qd, _qd);
        for (int i = 0; i < _torque.Length; i++)
        {
            RobotJoint joint = _tree.Constants[i].Joint;
            _torque[i] = Applied(tau, i) - (joint.Damping * _qd[i]);
            if (joint.Friction > 0)
            {
                _torque[i] -= joint.Friction * Math.Tanh(_qd[i] / _frictionSpeed[i]);
            }

            if (joint.Stiffness > 0)
            {
                _torque[i] -= joint.Stiffness * (_q[i] - joint.SpringReference);
            }
        }

        Accelerate(gravity ?? _robot.Gravity, qdd);
    }

    /// <summary>Joint accelerations from rest by given forces alone, M⁻¹·τ: without gravity and springs.</summary>
    /// <param name="q">Positions, [n].</param>
    /// <param name="tau">Forces, [n].</param>
    /// <param name="qdd">Receives the accelerations, [n].</param>
    internal void Response(ReadOnlySpan<double> q, ReadOnlySpan<double> tau, Span<double> qdd)
    {
        Spread(q, _q, isPosition: true);
        Array.Clear(_qd);
        for (int i = 0; i < _torque.Length; i++)
        {
            _torque[i] = Applied(tau, i);
        }

        Accelerate(Vector3d.Zero, qdd);
    }

    // The force given for a joint; none for one that follows another.
    private double Applied(ReadOnlySpan<double> tau, int i) =>
        _tree.Coupling is not { } follows ? tau[i] : follows.Leaders[i] == i ? tau[follows.Coordinates[i]] : 0;

    // From _q, _qd and _torque.
    private void Accelerate(Vector3d gravity, Span<double> qdd)
    {
        _tree.WriteGravity(gravity, _parameters.Span, lane: 0);
        fixed (double* position = _q, velocity = _qd, force = _torque, acceleration = _qdd)
        {
            if (_tree.Coupling is { } coupling)
            {
                double* diagonal = _parameters.Pointer + (BodyParameter.DiagonalInertia * BodyParameter.BlockWidth);
                CoupledBodies.ForwardDynamics<Lane1>(
                    _tree.Shapes,
                    coupling,
                    _parameters.Pointer,
                    _slots.Pointer,
                    _scratch!.Pointer,
                    position,
                    velocity,
                    force,
                    diagonal,
                    BodyParameter.Count * BodyParameter.BlockWidth,
                    acceleration);
            }
            else
            {
                ArticulatedBody.ForwardDynamics<Lane1>(
                    _tree.Shapes, _parameters.Pointer, _slots.Pointer, position, velocity, force, acceleration);
            }
        }

        for (int k = 0; k < qdd.Length; k++)
        {
            qdd[k] = _qdd[_tree.Coupling?.Independent[k] ?? k];
        }

        GC.KeepAlive(this);
    }

    /// <summary>
    /// Joint forces that cause given accelerations, without joint damping, friction and springs: τ = M·q̈ + c(q, q̇), by the recursive
    /// Newton-Euler algorithm (Featherstone 2008, Table 5.1). For q̈ = 0 they are the bias forces C(q, q̇) + g(q).
    /// </summary>
    /// <param name="q">Positions, [n].</param>
    /// <param name="qd">Velocities, [n].</param>
    /// <param name="qdd">Accelerations, [n].</param>
    /// <param name="tau">Receives the forces, [n].</param>
    /// <param name="gravity">Gravity in the world frame, m/s²; null for the robot's own.</param>
    /// <exception cref="ArgumentException">A span has another size than n.</exception>
    public void InverseDynamics(
        ReadOnlySpan<double> q, ReadOnlySpan<double> qd, ReadOnlySpan<double> qdd, Span<double> tau, Vector3d? gravity = null)
    {
        int n = _tree.DegreesOfFreedom;
        Sizes.Check(q.Length, n, nameof(q));
        Sizes.Check(qd.Length, n, nameof(qd));
        Sizes.Check(qdd.Length, n, nameof(qdd));
        Sizes.Check(tau.Length, n, nameof(tau));
        Spread(q, _q, isPosition: true);
        Spread(qd, _qd);
        Spread(qdd, _qdd);
        _tree.WriteGravity(gravity ?? _robot.Gravity, _parameters.Span, lane: 0);
        fixed (double* position = _q, velocity = _qd, acceleration = _qdd, force = _forces)
        {
            NewtonEuler.InverseDynamics<Lane1>(
                _tree.Shapes, _parameters.Pointer, _slots.Pointer, position, velocity, acceleration, force);
        }

        if (_tree.Coupling is { } coupling)
        {
            CoupledBodies.Reduce(coupling, _forces, tau);
        }
        else
        {
            _forces.CopyTo(tau);
        }

        GC.KeepAlive(this);
    }

    /// <summary>
    /// The joint-space inertia M(q), with the joints' armatures on its diagonal, by the composite-rigid-body algorithm
    /// (Featherstone 2008, Table 6.2).
    /// </summary>
    /// <param name="q">Positions, [n].</param>
    /// <param name="inertia">Receives M, [n × n], row-major.</param>
    /// <exception cref="ArgumentException">A span has another size than n or n².</exception>
    public void InertiaMatrix(ReadOnlySpan<double> q, Span<double> inertia)
    {
        Sizes.Check(q.Length, _tree.DegreesOfFreedom, nameof(q));
        Sizes.Check(inertia.Length, _tree.DegreesOfFreedom, _tree.DegreesOfFreedom, nameof(inertia));
        Spread(q, _q, isPosition: true);
        fixed (double* position = _q, matrix = inertia)
        {
            // Rotations and offsets do not depend on the velocities handed in.
            ArticulatedBody.SweepVelocities<Lane1>(_tree.Shapes, _parameters.Pointer, _slots.Pointer, position, position);
            if (_tree.Coupling is { } coupling)
            {
                CompositeInertia.InertiaMatrix<Lane1>(_tree.Shapes, _parameters.Pointer, _slots.Pointer, _scratch!.Pointer);
                CoupledBodies.Reduce<Lane1>(coupling, _scratch.Pointer, matrix);
            }
            else
            {
                CompositeInertia.InertiaMatrix<Lane1>(_tree.Shapes, _parameters.Pointer, _slots.Pointer, matrix);
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>The poses of all link frames, also of those behind fixed joints.</summary>
    /// <param name="q">Positions, [n].</param>
    /// <param name="links">Receives the poses in the world frame, which is the root link's, in the order of <see cref="RobotModel.Links"/>.</param>
    /// <exception cref="ArgumentException">A span has another size than n or the number of links.</exception>
    public void ForwardKinematics(ReadOnlySpan<double> q, Span<Pose> links)
    {
        Sizes.Check(q.Length, _tree.DegreesOfFreedom, nameof(q));
        Spread(q, _q, isPosition: true);
        Sizes.Check(links.Length, _robot.Links.Count, nameof(links));
        links[0] = Pose.Identity;
        int movable = 0;
        for (int i = 1; i < links.Length; i++)
        {
            RobotJoint joint = _robot.Joints[i - 1];
            Pose origin = links[_robot.ParentIndices[i]] * joint.Origin;
            links[i] = joint.Type switch
            {
                JointType.Fixed => origin,
                _ => origin * joint.Motion(_q[movable++]),
            };
        }
    }

    /// <summary>
    /// Kinetic energy of all links and drives, J: Σ ½·(m·v² + ωᵀ·I·ω) + Σ ½·armature·q̇². It is computed from the links'
    /// velocities, so that it checks <see cref="InertiaMatrix"/> as ½·q̇ᵀ·M·q̇.
    /// </summary>
    /// <param name="q">Positions, [n].</param>
    /// <param name="qd">Velocities, [n].</param>
    /// <exception cref="ArgumentException">A span has another size than n.</exception>
    public double KineticEnergy(ReadOnlySpan<double> q, ReadOnlySpan<double> qd)
    {
        Sizes.Check(qd.Length, _tree.DegreesOfFreedom, nameof(qd));
        Spread(qd, _qd);
        ForwardKinematics(q, _poses);
        _velocities[0] = default;
        double energy = 0;
        int movable = 0;
        for (int i = 1; i < _poses.Length; i++)
        {
            RobotJoint joint = _robot.Joints[i - 1];
            int parent = _robot.ParentIndices[i];
            (Vector3d angular, Vector3d linear) = _velocities[parent];
            linear += Vector3d.Cross(angular, _poses[i].Position - _poses[parent].Position);
            if (joint.Moves)
            {
                double speed = _qd[movable++];
                Vector3d along = speed * (_poses[i].Rotation * joint.Axis);
                (angular, linear) = joint.Type == JointType.Prismatic ? (angular, linear + along) : (angular + along, linear);
                energy += 0.5 * joint.Armature * speed * speed;
            }

            _velocities[i] = (angular, linear);
            RobotLink link = _robot.Links[i];
            Vector3d center = linear + Vector3d.Cross(angular, _poses[i].Rotation * link.CenterOfMass);
            Vector3d turn = _poses[i].Rotation.Transposed * angular;
            InertiaTensor m = link.Inertia;
            Vector3d spin = new Rotation3d(m.Xx, m.Xy, m.Xz, m.Xy, m.Yy, m.Yz, m.Xz, m.Yz, m.Zz) * turn;
            energy += 0.5 * ((link.Mass * Vector3d.Dot(center, center)) + Vector3d.Dot(turn, spin));
        }

        return energy;
    }

    /// <summary>Potential energy of all links in gravity and of the joints' springs, J; a mass at the world's origin has none, nor a slack spring.</summary>
    /// <param name="q">Positions, [n].</param>
    /// <param name="gravity">Gravity in the world frame, m/s²; null for the robot's own.</param>
    /// <exception cref="ArgumentException">A span has another size than n.</exception>
    public double PotentialEnergy(ReadOnlySpan<double> q, Vector3d? gravity = null)
    {
        ForwardKinematics(q, _poses);
        double energy = 0;
        for (int i = 0; i < _poses.Length; i++)
        {
            RobotLink link = _robot.Links[i];
            energy -= link.Mass * Vector3d.Dot(gravity ?? _robot.Gravity, _poses[i] * link.CenterOfMass);
        }

        for (int i = 0; i < _tree.Count; i++)
        {
            RobotJoint joint = _tree.Constants[i].Joint;
            double stretch = _q[i] - joint.SpringReference;
            energy += joint.Stiffness > 0 ? 0.5 * joint.Stiffness * stretch * stretch : 0;
        }

        return energy;
    }

    /// <summary>
    /// Torques or forces that accelerate each joint alike at position 0, each alone and from rest without gravity and springs:
    /// acceleration / diag(M⁻¹). A choice for <see cref="RigidBodyOptions.TorqueScale"/> that suits any robot.
    /// </summary>
    /// <param name="acceleration">The acceleration, rad/s² or m/s².</param>
    /// <returns>One value per joint, [n]; N·m or N.</returns>
    /// <exception cref="InvalidInputException">A joint moves no mass at position 0.</exception>
    public double[] TorqueScale(double acceleration)
    {
        int n = _robot.DegreesOfFreedom;
        double[] rest = new double[n];
        double[] torque = new double[n];
        double[] accelerations = new double[n];
        double[] scale = new double[n];
        for (int i = 0; i < n; i++)
        {
            torque[i] = 1;
            Response(rest, torque, accelerations);
            torque[i] = 0;
            scale[i] = acceleration / accelerations[i];
            if (!double.IsFinite(scale[i]) || scale[i] == 0)
            {
                throw new InvalidInputException(
                    $"robot '{_robot.Name}', joint '{_robot.MovableJoints[i].Name}'", "it moves no mass at position 0, so that no torque can be told from it", "Choose the torque scale by hand");
            }
        }

        return scale;
    }

    // The numbers of joints that move by themselves, as those of all joints that move.
    private void Spread(ReadOnlySpan<double> own, double[] all, bool isPosition = false)
    {
        if (_tree.Coupling is not { } coupling)
        {
            own.CopyTo(all);
            return;
        }

        for (int i = 0; i < all.Length; i++)
        {
            all[i] = coupling.Multipliers[i] * own[coupling.Coordinates[i]];
            if (isPosition)
            {
                all[i] += coupling.Offsets[i];
            }
        }
    }
}
