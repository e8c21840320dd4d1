using System.Globalization;
using System.Text;
using MetaCritic.Dynamics;
using MetaCritic.Files;

namespace MetaCritic.Tables;

/// <summary>Writes logs of transitions that <see cref="TransitionReader"/> reads back to the same bits.</summary>
public static class TransitionWriter
{
    /// <summary>
    /// Writes a log, whole or not at all: <c>episode</c>, <c>step</c> (counted from 0 in each run of rows of one episode), <c>state_0</c> …,
    /// <c>action_0</c> …, <c>next_state_0</c> …, in UTF-8. The first two are left out where episodes are not known.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="transitions">The transitions, a row at least.</param>
    /// <param name="format">How cells are separated; null for commas.</param>
    /// <exception cref="InvalidInputException">There are no transitions, the rows differ in size, or the file cannot be written.</exception>
    /// <exception cref="MetaCriticException">Writing failed for another reason.</exception>
    public static void Write(string path, Transitions transitions, TableFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(transitions);
        format ??= TableFormat.Default;
        format.Validate();
        if (transitions.Count == 0)
        {
            throw new InvalidInputException("The transitions", "there are none", "Give at least one row");
        }

        string[] header = [.. Header(transitions)];
        int width = header.Length - (transitions.Episodes is null ? 0 : 2);
        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(string.Join(format.Separator, header));
            long? episode = null;
            int step = 0;
            for (int row = 0; row < transitions.Count; row++)
            {
                if (transitions.Episodes is { } episodes)
                {
                    step = episodes[row] == episode ? step + 1 : 0;
                    episode = episodes[row];
                    writer.Write(string.Create(CultureInfo.InvariantCulture, $"{episode}{format.Separator}{step}{format.Separator}"));
                }

                double[] numbers = [.. transitions.States[row], .. transitions.Actions[row], .. transitions.NextStates[row]];
                if (numbers.Length != width)
                {
                    throw new InvalidInputException(
                        FormattableString.Invariant($"The transitions, row {row + 1}"), FormattableString.Invariant($"it has {numbers.Length} numbers, but the first row has {width}"), "Give rows of one size");
                }

                writer.WriteLine(string.Join(format.Separator, numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
            }
        });
    }

    private static IEnumerable<string> Header(Transitions transitions) =>
    [
        .. transitions.Episodes is null ? (string[])[] : [TransitionReader.EpisodeColumn, "step"],
        .. Enumerable.Range(0, transitions.States[0].Length).Select(i => TransitionReader.StateNames[i]),
        .. Enumerable.Range(0, transitions.Actions[0].Length).Select(i => TransitionReader.ActionNames[i]),
        .. Enumerable.Range(0, transitions.NextStates[0].Length).Select(i => TransitionReader.NextStateNames[i]),
    ];
}
