using Spectre.Console;
using Spectre.Console.Rendering;

namespace MetaCritic.Cli.Output;

/// <summary>
/// Tables by Spectre.Console as plain text that fits the terminal: texts are wrapped, and columns that still have no room follow in
/// a table of their own, which repeats the first column.
/// </summary>
internal static class TerminalTables
{
    private const int Gap = 2;

    /// <summary>Columns of text are not made narrower than this for others to find room beside them.</summary>
    private const int Readable = 20;

    /// <summary>Columns of text, aligned left.</summary>
    public static IEnumerable<TableColumn> Texts(params IEnumerable<string> names) => names.Select(name => new TableColumn(new Text(name)));

    /// <summary>Columns of numbers, aligned right and never broken.</summary>
    public static IEnumerable<TableColumn> Numbers(params IEnumerable<string> names) =>
        names.Select(name => new TableColumn(new Text(name)) { Alignment = Justify.Right, NoWrap = true });

    /// <summary>A table without borders.</summary>
    /// <param name="columns">Its columns; the first names the rows.</param>
    public static Table Create(params IEnumerable<TableColumn> columns)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (TableColumn column in columns)
        {
            column.Padding = new Padding(0, 0, Gap, 0);
            table.AddColumn(column);
        }

        table.Columns[^1].Padding = new Padding(0);
        return table;
    }

    /// <summary>Adds a row.</summary>
    public static void Add(this Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(Terminal.OneLine(cell))));

    /// <summary>Writes a sentence or more, wrapped between words.</summary>
    public static void WriteText(this Terminal terminal, string text) => terminal.Render(new Text(Terminal.OneLine(text)));

    /// <summary>Writes names and their values below each other.</summary>
    public static void WriteList(this Terminal terminal, params IEnumerable<(string Name, string Value)> entries)
    {
        Table table = Create(Texts("", "")).HideHeaders();
        table.Columns[0].NoWrap = true;
        foreach ((string name, string value) in entries)
        {
            table.Add(name, value);
        }

        terminal.Render(table);
    }

    /// <summary>Writes a table, in parts if it is too wide.</summary>
    public static void WriteTable(this Terminal terminal, Table table)
    {
        int first = 1;
        foreach (int count in Parts(table, terminal.Width))
        {
            if (first > 1)
            {
                terminal.Out.WriteLine();
            }

            int[] places = [0, .. Enumerable.Range(first, count)];
            Table part = Create(places.Select(i => new TableColumn(table.Columns[i].Header) { Alignment = table.Columns[i].Alignment, NoWrap = table.Columns[i].NoWrap }));
            foreach (TableRow row in table.Rows)
            {
                part.AddRow(places.Select(i => row[i]));
            }

            // Where even this is too wide, names of rows that are one word stay whole as long as others can be.
            if (places.Sum(i => Need(table, i) + Gap) - Gap > terminal.Width && Longest(table, 0) + Gap + Longest(table, first) <= terminal.Width)
            {
                (part.Columns[0].Width, part.Columns[0].NoWrap) = (Longest(table, 0), true);
            }

            terminal.Render(part);
            first += count;
        }
    }

    // How many columns beside the first each part has: as few parts as there is room for, about equally long.
    private static int[] Parts(Table table, int width)
    {
        int[] needs = [.. Enumerable.Range(0, table.Columns.Count).Select(i => Need(table, i))];
        for (int parts = 1; parts < needs.Length; parts++)
        {
            int[][] columns = [.. Enumerable.Range(1, needs.Length - 1).Chunk(((needs.Length - 2) / parts) + 1)];
            if (columns.All(part => needs[0] + part.Sum(i => Gap + needs[i]) <= width))
            {
                return [.. columns.Select(part => part.Length)];
            }
        }

        return [.. Enumerable.Repeat(1, needs.Length - 1)];
    }

    // Width that a column should have.
    private static int Need(Table table, int column)
    {
        int whole = Measure(table, column).Max(cell => cell.Max);
        return table.Columns[column].NoWrap ? whole : Math.Max(Longest(table, column), Math.Min(whole, Readable));
    }

    // Width of the longest word in a column.
    private static int Longest(Table table, int column) => Measure(table, column).Max(cell => cell.Min);

    private static IEnumerable<Measurement> Measure(Table table, int column)
    {
        RenderOptions options = RenderOptions.Create(Console(TextWriter.Null, Terminal.Unlimited), new Capabilities { Unicode = true });
        return table.Rows.Select(row => row[column]).Prepend(table.Columns[column].Header).Select(cell => cell.Measure(options, Terminal.Unlimited));
    }

    private static void Render(this Terminal terminal, IRenderable what)
    {
        using StringWriter text = new() { NewLine = "\n" };
        Console(text, terminal.Width).Write(what);
        foreach (string line in text.ToString().TrimEnd('\n').Split('\n'))
        {
            terminal.Out.WriteLine(line.TrimEnd());
        }
    }

    private static IAnsiConsole Console(TextWriter writer, int width)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        return console;
    }
}
