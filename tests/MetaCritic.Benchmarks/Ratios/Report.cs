using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace MetaCritic.Benchmarks.Ratios;

/// <summary>A measured figure.</summary>
/// <param name="Column">Its column's heading.</param>
/// <param name="Unit">Its unit; empty for a ratio.</param>
/// <param name="Spread">Its median and quartiles; all the same where it was measured once.</param>
internal sealed record Figure(string Column, string Unit, Spread Spread)
{
    public Figure(string column, string unit, double value)
        : this(column, unit, new Spread(value, value, value))
    {
    }

    public string Heading => Unit.Length == 0 ? Column : $"{Column}, {Unit}";

    public string Text => Spread.Low == Spread.High ? Number(Spread.Median) : $"{Number(Spread.Median)} [{Number(Spread.Low)}, {Number(Spread.High)}]";

    // Three digits that count.
    private static string Number(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        int decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6);
        return value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}

/// <summary>What was measured of one thing.</summary>
internal sealed record Row(string Name, IReadOnlyList<Figure> Figures);

/// <summary>One table.</summary>
/// <param name="Id">Name that <c>--only</c> takes.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Rows">Its rows; a figure that a row lacks is left empty.</param>
/// <param name="Remarks">What one has to know to read it.</param>
internal sealed record Table(string Id, string Title, IReadOnlyList<Row> Rows, IReadOnlyList<string> Remarks);

/// <summary>Writes tables for people, as Markdown, and for machines.</summary>
internal static class Report
{
    private const int Width = 250;

    public static void Write(TextWriter output, Table table)
    {
        using StringWriter lines = new(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(lines) });
        console.Profile.Width = Width;
        output.WriteLine();
        output.WriteLine($"## {table.Title}");
        output.WriteLine();
        string[] columns = [.. table.Rows.SelectMany(row => row.Figures).Select(figure => figure.Heading).Distinct()];
        Spectre.Console.Table grid = new() { Border = TableBorder.Markdown };
        grid.AddColumn(new TableColumn(""));
        foreach (string column in columns)
        {
            grid.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        }

        foreach (Row row in table.Rows)
        {
            grid.AddRow([Markup.Escape(row.Name), .. columns.Select(column => Markup.Escape(row.Figures.FirstOrDefault(figure => figure.Heading == column)?.Text ?? ""))]);
        }

        console.Write(grid);
        foreach (string line in lines.ToString().Split(lines.NewLine, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            output.WriteLine(line);
        }

        output.WriteLine();
        foreach (string remark in table.Remarks)
        {
            output.WriteLine(remark);
        }
    }

    public static void WriteJson(string path, IReadOnlyDictionary<string, string> machine, IReadOnlyList<Table> tables)
    {
        using FileStream file = File.Create(path);
        JsonSerializer.Serialize(
            file,
            new
            {
                machine,
                tables = tables.Select(table => new
                {
                    table.Id,
                    table.Title,
                    table.Remarks,
                    rows = table.Rows.Select(row => new
                    {
                        row.Name,
                        figures = row.Figures.Select(figure => new { name = figure.Column, figure.Unit, figure.Spread.Median, lowerQuartile = figure.Spread.Low, upperQuartile = figure.Spread.High }),
                    }),
                }),
            },
            Options);
    }

    private static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
