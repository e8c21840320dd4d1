using System.IO.Compression;
using System.Text;

namespace MetaCritic.Tables.Tests;

/// <summary>Tables of goals of the two-link arm, whose joints are baseHinge and interArm.</summary>
public static class GoalCases
{
    private const string Good = "goal_0,goal_1\n0.5,-0.5\n1,2\n";

    public static IEnumerable<TableCase> All =>
    [
        // Accepted.
        new("plain", Good),
        new("no line break at the end", "goal_0,goal_1\n0.5,-0.5"),
        new("joints in another order", "interArm,baseHinge\n0.5,-0.5\n"),
        new("byte-order mark, CRLF, quotation marks, spaces", "\uFEFF\"interArm\", baseHinge ,arm2.mass,weight\r\n0.50, +1e-1,1.5,7\r\n\"-0.5\",0 ,2,\" 8\"\r\n"),
        new("line breaks of old Macs", "goal_0,goal_1\r0.5,-0.5\r1,2\r"),
        new("blank lines of spaces and tabs", "\n  \ngoal_0,goal_1\n\n   \n0.5,-0.5\n \t \n1,2\n\t\n"),
        new("a start position by its joint", "baseHinge,interArm,start_interArm\n0.5,0.6,1.5\n"),
        new("some of the start state", "goal_0,start_3,goal_1\n1,5,2\n"),
        new("two parameters", "arm2.mass,goal_0,goal_1,arm1.length\n2,0.5,0.6,0.75\n"),
        new("weights and seeds", "goal_0,goal_1,weight,seed\n1,2,3,7\n1,2,0,16777215\n"),
        new("an id, a name, an empty note", "id,goal_0,name,goal_1,note\n7,0.5,\"Ann, \"\"B\"\"\",0.6,\n8,0.5,ä目,0.6,x\n"),
        new("semicolons, as was said", "goal_0;goal_1;note\n0.5;-0.5;a,b\n", null, ';'),
        new("tabs, as was said", "goal_0\tgoal_1\n0.5\t-0.5\n   \n1\t2\n", null, '\t'),
        new("bars, as was said", "goal_0|goal_1\n0.5|-0.5\n", null, '|'),
        new("Excel's line, as was said", "sep=;\r\ngoal_0;goal_1\r\n0.5;-0.5\r\n", null, ';'),

        // Cells.
        new("an empty goal", "baseHinge,interArm\n0.5,\n", ", line 2, column \"interArm\": the cell is empty."),
        new("a goal of spaces", "baseHinge,interArm\n1,2\n  ,2\n", ", line 3, column \"baseHinge\": the cell is empty."),
        new("an empty goal in quotation marks", "baseHinge,interArm\n\"\",2\n", ", line 2, column \"baseHinge\": the cell is empty."),
        new("an empty mass", "baseHinge,interArm,arm2.mass\n0.5,0.6,\n0.1,0.2,2\n", ", line 2, column \"arm2.mass\": the cell is empty."),
        new("an empty start", "goal_0,goal_1,start_baseHinge\n1,2,\n", ", line 2, column \"start_baseHinge\": the cell is empty."),
        new("an empty weight", "goal_0,goal_1,weight\n1,2,\n", ", line 2, column \"weight\": the cell is empty."),
        new("an empty seed", "goal_0,goal_1,seed\n1,2,\n", ", line 2, column \"seed\": the cell is empty."),
        new("the first wrong cell of two", "arm2.mass,goal_0,goal_1\nx,y,2\n", ", line 2, column \"arm2.mass\": value is \"x\"."),
        new("a word", "goal_0,goal_1\n1,two\n", ", line 2, column \"goal_1\": value is \"two\". Give a finite number, with a decimal point."),
        new("not a number", "goal_0,goal_1\nNaN,1\n", ", line 2, column \"goal_0\": value is \"NaN\"."),
        new("infinity", "goal_0,goal_1\n1,-Infinity\n", ", line 2, column \"goal_1\": value is \"-Infinity\"."),
        new("beyond double precision", "goal_0,goal_1\n1e999,1\n", ", line 2, column \"goal_0\": value is \"1e999\"."),
        new("beyond single precision", "goal_0,goal_1\n1,1e39\n", ", line 2, column \"goal_1\": value is \"1e39\". Give a number below 3.4e38."),
        new("a decimal comma between semicolons", "goal_0;goal_1\n0,5;1\n", ", line 2, column \"goal_0\": value is \"0,5\", a decimal comma. Give a finite number, with a decimal point.", ';'),
        new("a decimal comma in quotation marks", "goal_0,goal_1\n1,\"-1,5e3\"\n", ", line 2, column \"goal_1\": value is \"-1,5e3\", a decimal comma."),
        new("a separator of thousands", "goal_0,goal_1\n1,\"1,000.5\"\n", ", line 2, column \"goal_1\": value is \"1,000.5\". Give"),
        new("other digits", "goal_0,goal_1\n1,١\n", ", line 2, column \"goal_1\": value is \"١\"."),
        new("a negative weight", "goal_0,goal_1,weight\n1,2,-3\n", ", line 2, column \"weight\": value is \"-3\". Give a weight of 0 or more."),
        new("a negative seed", "goal_0,goal_1,seed\n1,2,-3\n", ", line 2, column \"seed\": value is \"-3\". Give an integer from 0 to 18446744073709551615."),
        new("a seed with a fraction", "goal_0,goal_1,seed\n1,2,1.5\n", ", line 2, column \"seed\": value is \"1.5\"."),
        new("a negative mass", "goal_0,goal_1,arm2.mass\n1,2,3\n1,2,-3\n", ", line 3, column \"arm2.mass\": "),

        // Rows.
        new("a short row", "baseHinge,interArm\n1,2\n0.5\n", ", line 3, column \"interArm\": the row has 1 cell, but the header has 2. Give every row as many cells as the header."),
        new("a long row", "baseHinge,interArm\n1,2,3\n", ", line 2, column 3: the row has 3 cells, but the header has 2. Give every row as many cells as the header."),
        new("decimal commas between commas", "baseHinge,interArm\n0,5,0,6\n", ", line 2, column 3: the row has 4 cells, but the header has 2. Give every row as many cells as the header, and numbers with a decimal point."),
        new("a row after a cell of two lines", "goal_0,goal_1,note\n1,2,\"a\nb\"\n1,2\n", ", line 4, column \"note\": the row has 2 cells"),
        new("no rows", "goal_0,goal_1\n", ": there are no rows below the header."),
        new("blank lines below the header", "goal_0,goal_1\n\n  \n", ": there are no rows below the header."),
        new("a quotation mark within a cell", "goal_0,goal_1,note\n1,2,3\n1,2,a\"b\n", ", line 3: a quotation mark is out of place."),
        new("text after a quotation mark", "goal_0,goal_1\n1,\"2\"3\n", ", line 2: a quotation mark is out of place."),
        new("a quotation mark that is not closed", "goal_0,goal_1\n1,\"2\n1,2\n", ", line 2: a quotation mark is not closed."),
        new("a wrong cell before a stray quotation mark", "goal_0,goal_1\nx,2\n1,2\"\n", ", line 2, column \"goal_0\": value is \"x\"."),

        // Headers.
        new("a missing goal", "goal_0,note\n1,2\n", ", line 1: there is no column for the goal of the joint \"interArm\". Add a column interArm or goal_1, or lock the joint; the file has \"goal_0\", \"note\"."),
        new("a goal twice", "goal_0,goal_1,baseHinge\n1,2,3\n", ", line 1: the columns \"goal_0\" and \"baseHinge\" mean the same. Leave one out."),
        new("a start twice", "goal_0,goal_1,start_interArm,start_1\n1,2,3,4\n", ", line 1: the columns \"start_interArm\" and \"start_1\" mean the same."),
        new("a column twice", "goal_0,goal_1,id,id\n1,2,3,4\n", ", line 1: the column \"id\" is there twice."),
        new("a column without a name", "goal_0,goal_1,,x\n1,2,3,4\n", ", line 1, column 3: the column has no name."),
        new("a comma at the end of the header", "\ngoal_0,goal_1,\n1,2,\n", ", line 2, column 3: the column has no name."),
        new("numbering with a gap", "goal_0,goal_2\n1,2\n", ", line 1: there is no place for the column \"goal_2\": the robot \"two-link\" has 2 joints, and a goal has 2 numbers, goal_0 ... goal_1. "),
        new("too many starts", "goal_0,goal_1,start_4\n1,2,3\n", ", line 1: there is no place for the column \"start_4\": the robot \"two-link\" has 2 joints, and a state has 4 numbers, start_0 ... start_3."),
        new("numbering without underscores", "goal0,goal1\n1,2\n", ", line 1: the column \"goal0\" is unknown."),
        new("numbering with zeros", "goal_00,goal_1\n1,2\n", ", line 1: the column \"goal_00\" is unknown."),
        new("another letter case", "Goal_0,Goal_1\n1,2\n", ", line 1: the column \"Goal_0\" is unknown."),
        new("a joint in another letter case", "basehinge,interarm\n1,2\n", ", line 1: the column \"basehinge\" is unknown."),
        new("a start of no joint", "goal_0,goal_1,start_elbow\n1,2,3\n", ", line 1: the column \"start_elbow\" is unknown."),
        new("a weight in another letter case", "goal_0,goal_1,Weight\n1,2,3\n", ", line 1: the column \"Weight\" is unknown."),
        new("the name of the whole vector", "goal_0,goal_1,Goal\n1,2,3\n", ", line 1: the column \"Goal\" is unknown."),
        new("a parameter of no link", "goal_0,goal_1,elbow.mass\n1,2,3\n", ", line 1: the column \"elbow.mass\" is unknown."),
        new("no parameter of a link", "goal_0,goal_1,arm2.mas\n1,2,3\n", ", line 1: the column \"arm2.mas\" is unknown."),
        new("a parameter of nothing", "goal_0,goal_1,mass\n1,2,3\n", ", line 1: the column \"mass\" is unknown."),
        new("semicolons", "goal_0;goal_1\n0.5;-0.5\n", ", line 1: cells are separated by semicolons, not by ','. Give --separator ';'."),
        new("semicolons and decimal commas", "goal_0;goal_1\n0,5;-0,5\n", ", line 1: cells are separated by semicolons, not by ','. Give --separator ';'."),
        new("tabs", "goal_0\tgoal_1\n0.5\t-0.5\n", ", line 1: cells are separated by tabs, not by ','. Give --separator '\\t'."),
        new("bars", "goal_0|goal_1\n0.5|-0.5\n", ", line 1: cells are separated by vertical bars, not by ','. Give --separator '|'."),
        new("spaces", "goal_0 goal_1\n0.5 -0.5\n", ", line 1: cells are separated by spaces, not by ','. Give --separator ' '."),
        new("commas, against what was said", Good, ", line 1: cells are separated by commas, not by ';'. Give --separator ','.", ';'),
        new("Excel's line", "sep=;\r\ngoal_0;goal_1\r\n0.5;-0.5\r\n", ", line 1: cells are separated by semicolons, not by ','. Give --separator ';'."),
        new("no header", "0.8,0.8\n-0.8,0.8\n", ", line 1: there is no header row: the first one holds the number 0.8. Name the columns in a row above."),
        new("no header, with names of the rows", "first,0.8,-0.8\nsecond,-0.8,0.8\n", ", line 1: there is no header row: the first one holds the number 0.8."),
        new("no header and semicolons", "0.8;0.8\n-0.8;0.8\n", ", line 1: cells are separated by semicolons, not by ','."),

        // Files.
        new("nothing", "", ": the file is empty."),
        new("blank lines alone", "\n  \n\r\n", ": the file is empty."),
        new("a letter of Latin-1", [.. "goal_0,goal_1,name\n1,2,a\n1,2,"u8, 0xE4, .. "\n"u8], ", line 3: this is not UTF-8 text. Save the file as UTF-8."),
        new("a letter of Latin-1 in the header", [.. "goal_0,goal_1,"u8, 0xE4, .. "\n1,2,3\n"u8], ", line 1: this is not UTF-8 text."),
        new("UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Good)], ": its text is UTF-16. Save it as UTF-8."),
        new("UTF-16 the other way round", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Good)], ": its text is UTF-16."),
        new("UTF-16 without a mark", Encoding.Unicode.GetBytes(Good), ": its text is UTF-16."),
        new("UTF-16 the other way round without a mark", Encoding.BigEndianUnicode.GetBytes(Good), ": its text is UTF-16."),
        new("UTF-32", [.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes(Good)], ": its text is UTF-32."),
        new("gzip", GZip(Good), ": it is compressed with gzip. Unpack it first."),
        new("an Excel workbook", Zip(("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>")), ": it is an Excel workbook (.xlsx). Save it as CSV in UTF-8."),
        new("an OpenDocument spreadsheet", Zip(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<x/>")), ": it is an OpenDocument spreadsheet (.ods). Save it as CSV in UTF-8."),
        new("a zip archive", Zip(("goals.csv", Good)), ": it is a zip archive. Unpack it first."),
        new("an old Excel workbook", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[504]], ": it is a workbook of an old Excel (.xls). Save it as CSV in UTF-8."),
        new("a Parquet file", [.. "PAR1"u8, .. new byte[100]], ": it is a Parquet file."),
        new("one of our own files", [.. "MCTF"u8, .. new byte[100]], ": it is a file of MetaCritic.ML, such as a critic or a policy. Give a text file."),
    ];

    private static byte[] GZip(string text)
    {
        using MemoryStream stream = new();
        using (GZipStream zip = new(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return stream.ToArray();
    }

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, string text) in files)
            {
                using StreamWriter writer = new(archive.CreateEntry(name, CompressionLevel.NoCompression).Open());
                writer.Write(text);
            }
        }

        return stream.ToArray();
    }
}
