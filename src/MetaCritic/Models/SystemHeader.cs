using System.Text.Json;
using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Robots;
using MetaCritic.Tasks;

namespace MetaCritic.Models;

/// <summary>The part of a header that critics and checkpoints have in common: the system, and how the critic is trained on it.</summary>
/// <param name="StateSize">Number of components of a state.</param>
/// <param name="ActionSize">Number of components of an action.</param>
/// <param name="PositionSize">Leading components of a state that are positions.</param>
/// <param name="Training">Options of the training.</param>
/// <param name="Dynamics">Options of the dynamics; null for a user's own dynamics.</param>
/// <param name="Robot">The robot; null for a user's own dynamics.</param>
internal sealed record SystemHeader(int StateSize, int ActionSize, int PositionSize, MetaTrainingOptions Training, RigidBodyOptions? Dynamics, RobotModel? Robot)
{
    /// <summary>Writes the members.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteNumber("stateSize", StateSize);
        writer.WriteNumber("actionSize", ActionSize);
        writer.WriteNumber("positionSize", PositionSize);
        writer.WritePropertyName("training");
        OptionsJson.Write(writer, Training);
        writer.WritePropertyName("dynamics");
        if (Dynamics is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            DynamicsOptionsJson.Write(writer, Dynamics);
        }

        writer.WritePropertyName("robot");
        if (Robot is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            Robot.WriteJson(writer);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidInputException">A member is missing or unusable.</exception>
    public static SystemHeader Read(HeaderReader header)
    {
        int stateSize = header.Integer("stateSize", 1);
        return new(
            stateSize,
            header.Integer("actionSize", 1),
            header.Integer("positionSize", 1, stateSize),
            OptionsJson.ReadTraining(header.Element("training"), header.Source, header.Version),
            header.Object("dynamics") is null ? null : DynamicsOptionsJson.ReadDynamics(header.Element("dynamics"), header.Source, header.Version),
            header.Object("robot") is null ? null : RobotModel.ReadJson(header.Element("robot"), header.Source));
    }
}
