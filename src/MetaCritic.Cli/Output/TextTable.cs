using Spectre.Console;
using Spectre.Console.Rendering;

namespace MetaCritic.Cli.Output;

/// <summary>A table of text that fits its terminal: rows where they fit, else one block of lines per row.</summary>
internal sealed class TextTable
{
    private const int Gap = 2;
    private readonly List<(string Name, bool Number)> _columns = [];
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a column of text, aligned left.</summary>
    public TextTable Text(string name)
    {
        _columns.Add((name, false));
        return this;
    }

    /// <summary>Adds a column of numbers, aligned right.</summary>
    public TextTable Number(string name)
    {
        _columns.Add((name, true));
        return this;
    }

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Terminal.OneLine)]);

    /// <summary>Writes the table.</summary>
    public void Write(Terminal terminal)
    {
        int needed = Enumerable.Range(0, _columns.Count).Sum(i => Math.Max(_columns[i].Name.Length, _rows.Max(row => row[i].Length))) + (Gap * (_columns.Count - 1));
        Render(terminal, needed <= terminal.Width ? Rows() : Blocks());
    }

    private Table Rows()
    {
        Table table = NewTable();
        foreach ((string name, bool number) in _columns)
        {
            table.AddColumn(new TableColumn(new Text(name)) { Alignment = number ? Justify.Right : Justify.Left, Padding = Padding(name == _columns[^1].Name), NoWrap = true });
        }

        foreach (string[] row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }

    private Table Blocks()
    {
        Table table = NewTable().HideHeaders();
        table.AddColumn(new TableColumn("") { Padding = Padding(false), NoWrap = true }).AddColumn(new TableColumn("") { Padding = Padding(true) });
        foreach (string[] row in _rows)
        {
            table.AddRow(new Text(_columns[0].Name), new Text(row[0]));
            for (int i = 1; i < row.Length; i++)
            {
                table.AddRow(new Text("  " + _columns[i].Name), new Text(row[i]));
            }
        }

        return table;
    }

    private static Table NewTable() => new Table().Border(TableBorder.None);

    private static Padding Padding(bool last) => new(0, 0, last ? 0 : Gap, 0);

    private static void Render(Terminal terminal, IRenderable what)
    {
        using StringWriter text = new() { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = terminal.Width;
        console.Write(what);
        foreach (string line in text.ToString().TrimEnd('\n').Split('\n'))
        {
            terminal.Out.WriteLine(line.TrimEnd());
        }
    }
}
