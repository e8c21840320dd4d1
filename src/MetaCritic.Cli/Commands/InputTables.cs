using MetaCritic.Cli.Output;
using MetaCritic.Robots;
using MetaCritic.Tables;

namespace MetaCritic.Cli.Commands;

/// <summary>Tables that a command reads, from a file or from standard input.</summary>
internal static class InputTables
{
    /// <summary>Opens a table of goals for a robot or, without one, for sizes.</summary>
    /// <param name="terminal">Where standard input is.</param>
    /// <param name="path">The file; - for standard input.</param>
    /// <param name="robot">The robot; null if there is none.</param>
    /// <param name="positionSize">Positions that a goal has, if there is no robot.</param>
    /// <param name="stateSize">Components of a state, if there is no robot.</param>
    /// <param name="format">How cells are separated; null for commas.</param>
    public static GoalReader OpenGoals(Terminal terminal, string path, RobotModel? robot, int positionSize, int stateSize, TableFormat? format) => path == Terminal.Dash
        ? GoalReader.Open("standard input", terminal.OpenInput(), robot, positionSize, stateSize, format)
        : GoalReader.Open(path, null, robot, positionSize, stateSize, format);

    /// <summary>Refuses goals that change the robot: learned dynamics are those of one machine.</summary>
    public static void RequireOneMachine(GoalReader reader)
    {
        if (reader.ParameterNames is [string parameter, ..])
        {
            throw new InvalidInputException(
                $"{reader.Table.Source}, column \"{Shown.Text(parameter)}\"",
                "it changes the robot, but the dynamics are learned, those of the machine that the transitions are from",
                "Leave it out; fit takes it, with --robot");
        }
    }

    /// <summary>The place of a column that must be there.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">The column.</param>
    /// <param name="remedy">What to do if it is not there; null if the user chose the name, and the columns that there are tell.</param>
    /// <exception cref="InvalidInputException">It is not there.</exception>
    public static int Column(TableReader table, string name, string? remedy = null) => table.IndexOf(name) is >= 0 and int column
        ? column
        : throw new InvalidInputException(
            table.Source,
            $"there is no column \"{Shown.Text(name)}\"",
            remedy ?? NearNames.Remedy(name, [.. table.Columns.Select(Shown.Text)], "columns"));
}
