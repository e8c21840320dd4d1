using System.Text.Json;
using MetaCritic.Files;
using MetaCritic.Networks;
using MetaCritic.Robots;

namespace MetaCritic.Dynamics;

/// <summary>Learned dynamics as a member of a header and tensors of a file: alone in a file of their own, or beside a critic.</summary>
internal static class LearnedDynamicsData
{
    private const string Member = "learnedDynamics";

    /// <summary>Writes the header's member; null if there are none.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="parts">What they consist of.</param>
    public static void WriteTo(this LearnedParts? parts, Utf8JsonWriter writer)
    {
        if (parts is null)
        {
            writer.WriteNull(Member);
            return;
        }

        writer.WriteStartObject(Member);
        writer.WriteNumber("stateSize", parts.Features.StateSize);
        writer.WriteNumber("actionSize", parts.Features.ActionSize);
        writer.WriteNumber("positionSize", parts.Features.PositionSize);
        NetworkData.WriteShape(writer, parts.Network);
        writer.WritePropertyName("learning");
        DynamicsOptionsJson.Write(writer, parts.Options);
        writer.WriteNumber("rows", parts.HeldOut.Rows);
        writer.WriteNumber("heldOutRows", parts.HeldOut.HeldOutRows);
        if (parts.Prior is RigidBodyDynamics { OnlyRobot: RobotModel robot } prior)
        {
            writer.WriteStartObject("prior");
            writer.WritePropertyName("dynamics");
            DynamicsOptionsJson.Write(writer, prior.Options);
            writer.WritePropertyName("robot");
            robot.WriteJson(writer);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("prior");
        }

        writer.WriteEndObject();
    }

    /// <summary>Adds the tensors.</summary>
    public static void AddTo(this LearnedParts parts, TensorFile file)
    {
        file.Add<float>("dynamics/members", [.. parts.Members.SelectMany(member => member.ToArray())], parts.Members.Count, parts.Network.ParameterCount);
        file.Add<double>("dynamics/input", [.. parts.Input.Mean, .. parts.Input.Scale], 2, parts.Features.Count);
        file.Add<double>("dynamics/output", [.. parts.Output.Mean, .. parts.Output.Scale], 2, parts.Network.OutputSize);
        file.Add<double>("dynamics/heldOut", [.. parts.HeldOut.Errors, .. parts.HeldOut.RSquared], 2, parts.Features.StateSize);
        file.Add<double>("dynamics/disagreement", [parts.HeldOut.Disagreement]);
    }

    /// <summary>Reads what <see cref="WriteTo"/> and <see cref="AddTo"/> wrote; null if there are none. Before format version 4 there were none.</summary>
    /// <exception cref="InvalidInputException">Something is missing or does not fit together.</exception>
    public static LearnedDynamics? GetFrom(TensorFile file, HeaderReader header)
    {
        if (header.Version < 4 || header.Object(Member) is not { } member)
        {
            return null;
        }

        string place = header.Source;
        int stateSize = member.Integer("stateSize", 1);
        int actionSize = member.Integer("actionSize", 1);
        int positionSize = member.Integer("positionSize", 1, stateSize);
        MlpShape network = NetworkData.ReadShape(member);
        DynamicsLearnerOptions options = DynamicsOptionsJson.ReadLearning(member.Element("learning"), place);
        int rows = member.Integer("rows");
        int heldOutRows = member.Integer("heldOutRows");
        RigidBodyDynamics? prior = ReadPrior(member, place);
        member.Done();

        DynamicsFeatures features = new(stateSize, actionSize, positionSize, options.Angles);
        int outputs = options.TimeStep is null ? stateSize : stateSize - positionSize;
        Consistency.Require(options.TimeStep is null || stateSize == 2L * positionSize, place, "learned dynamics have a time step, but not as many velocities as positions");
        Consistency.Require(
            network.InputSize == features.Count && network.OutputSize == outputs && network.Hidden == options.Activation && network.Sizes.Skip(1).SkipLast(1).SequenceEqual(options.Hidden),
            place,
            $"the network {network} is not the one that the options of the learned dynamics describe");
        Consistency.Require(
            prior is null || (prior.StateSize == stateSize && prior.ActionSize == actionSize && prior.PositionSize == positionSize),
            place,
            "the prior of the learned dynamics is of another system");

        float[] parameters = file.Get<float>("dynamics/members", options.Members, network.ParameterCount);
        ReadOnlyMemory<float>[] members = [.. Enumerable.Range(0, options.Members).Select(m => new ReadOnlyMemory<float>(parameters, m * network.ParameterCount, network.ParameterCount))];
        foreach (ReadOnlyMemory<float> one in members)
        {
            NetworkData.Validate(place, network, one.Span);
        }

        double[] figures = file.Get<double>("dynamics/heldOut", 2, stateSize);
        double disagreement = file.Get<double>("dynamics/disagreement", 1)[0];
        Consistency.Require(
            disagreement >= 0 && double.IsFinite(disagreement) && figures.Take(stateSize).All(x => x >= 0 && double.IsFinite(x)), place, "figures of the learned dynamics have no meaning");
        return new(new(
            options,
            features,
            network,
            members,
            Get(file, "dynamics/input", features.Count, place, double.Epsilon),
            Get(file, "dynamics/output", outputs, place, 0),
            prior,
            new(rows, heldOutRows, figures[..stateSize], figures[stateSize..], disagreement)));
    }

    private static RigidBodyDynamics? ReadPrior(HeaderReader member, string place)
    {
        if (member.Object("prior") is not { } prior)
        {
            return null;
        }

        RigidBodyOptions options = DynamicsOptionsJson.ReadDynamics(prior.Element("dynamics"), place, prior.Version);
        RobotModel robot = RobotModel.ReadJson(prior.Element("robot"), place);
        prior.Done();
        return InvalidInputException.At($"{place}: prior", () => new RigidBodyDynamics(robot, options));
    }

    private static Normalization Get(TensorFile file, string name, int width, string place, double least)
    {
        double[] values = file.Get<double>(name, 2, width);
        Consistency.Require(values.All(double.IsFinite) && values.Skip(width).All(scale => scale >= least), place, $"the tensor \"{name}\" holds no means and standard deviations");
        return new(values[..width], values[width..]);
    }
}
