using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MetaCritic.ML.Tests.Standin;

/// <summary>Text files, read and written as Microsoft.ML 5.0.0 does. Passes against it and against its stand-in.</summary>
[TestClass]
public sealed class TextFileTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("metacritic-text-");

    public void Dispose() => _folder.Delete(recursive: true);

    [TestMethod]
    [DataRow("1.5", 1.5f)]
    [DataRow("  -3e-2  ", -0.03f)]
    [DataRow("", 0f)]
    [DataRow("?", float.NaN)]
    [DataRow("NA", float.NaN)]
    [DataRow("abc", float.NaN)]
    [DataRow("1.234.5", float.NaN)]
    [DataRow("-Infinity", float.NegativeInfinity)]
    [DataRow("∞", float.PositiveInfinity)]
    [DataRow("+Infinity", float.NaN)]
    public void RealsAreRead(string text, float expected) =>
        Assert.AreEqual(expected, Load($"{text};x\n", ';', new TextLoader.Column("A", DataKind.Single, 0)).GetColumn<float>("A").Single());

    [TestMethod]
    [DataRow(DataKind.Int32, "1.0")]
    [DataRow(DataKind.Int32, "+1")]
    [DataRow(DataKind.Int32, "1 ")]
    [DataRow(DataKind.Int32, "2147483648")]
    [DataRow(DataKind.Boolean, "on")]
    [DataRow(DataKind.DateTime, "someday")]
    public void WhatHasNoMissingValueMustBeReadable(DataKind kind, string text)
    {
        IDataView view = Load($"{text};x\n", ';', new TextLoader.Column("Broken", kind, 0), new TextLoader.Column("T", DataKind.String, 1));
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Broken"]]);
        string message = Assert.ThrowsExactly<FormatException>(() => cursor.MoveNext()).Message;
        Assert.Contains("line 1", message);
        Assert.Contains("Broken", message);
        Assert.AreEqual("x", view.GetColumn<string>("T").Single(), "a column that is not read cannot fail");
    }

    [TestMethod]
    [DataRow(false, "a , b|c\"d,e |1||\n", " 'a , b' 'c\"d,e ' '1' ''")]
    [DataRow(true, "\"a|b\" | \"he said \"\"x\"\"\"|\"open\n", " 'a|b' 'he said \"x\"' '' ''")]
    [DataRow(true, "\"a\"b|c\n", " '' 'c' '' ''")]
    public void FieldsAreSplit(bool allowQuoting, string line, string expected)
    {
        IDataView view = _ml.Data.LoadFromTextFile(Write(line), [new("T", DataKind.String, 0, 3)], separatorChar: '|', allowQuoting: allowQuoting);
        Assert.AreEqual(expected, string.Concat(view.GetColumn<string[]>("T").Single().Select(text => $" '{text}'")));
    }

    [TestMethod]
    public void CommentsAndEmptyLinesAreSkipped() =>
        CollectionAssert.AreEqual(
            new[] { 1f, 2f, float.NaN },
            _ml.Data.LoadFromTextFile<Opt>(Write("# a\n//b\n\nA,V\n1\n//c\n\n2\n# d\n"), separatorChar: ',', hasHeader: true).GetColumn<float>("A").ToArray());

    [TestMethod]
    public void AVectorIsSparseUnlessMoreThanHalfOfItIsThere()
    {
        IDataView view = Load("1,,,,5\n,,,,\n1,2,3,,\n", ',', new TextLoader.Column("V", DataKind.Single, 0, 4));
        VBuffer<float>[] values = [.. view.GetColumn<VBuffer<float>>("V")];
        CollectionAssert.AreEqual(new[] { 2, 0, 5 }, values.Select(value => value.GetValues().Length).ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 0, 0, 0, 5 }, values[0].DenseValues().ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 0, 0 }, values[2].DenseValues().ToArray());
    }

    [TestMethod]
    public void SlotNamesComeFromASampleOnly()
    {
        string path = Write("A,x,y\n1,2,3\n");
        Assert.IsFalse(_ml.Data.LoadFromTextFile<Opt>(path, separatorChar: ',', hasHeader: true).Schema["V"].HasSlotNames());
        TextLoader loader = _ml.Data.CreateTextLoader<Opt>(separatorChar: ',', hasHeader: true, dataSample: new MultiFileSource(path));
        VBuffer<ReadOnlyMemory<char>> names = default;
        loader.GetOutputSchema()["V"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "x", "y" }, names.DenseValues().Select(name => name.ToString()).ToArray());
        CollectionAssert.AreEqual(new float[] { 2, 3, 2, 3 }, loader.Load(path, path).GetColumn<float[]>("V").SelectMany(v => v).ToArray());
    }

    [TestMethod]
    public void OptionsAreHeeded()
    {
        string path = Write("A;x;y\n1,5;;3\n4;5\n6;7;8\n");
        var options = new TextLoader.Options { Separators = [';'], HasHeader = true, DecimalMarker = ',', MissingRealsAsNaNs = true, MaxRows = 2 };
        IDataView view = _ml.Data.LoadFromTextFile<Opt>(path, options);
        CollectionAssert.AreEqual(new[] { 1.5f, 4f }, view.GetColumn<float>("A").ToArray());
        CollectionAssert.AreEqual(new[] { float.NaN, 3, 5, float.NaN }, view.GetColumn<float[]>("V").SelectMany(v => v).ToArray());

        IDataView rest = _ml.Data.LoadFromTextFile(Write("1,2,3\n4,5,6\n"), new TextLoader.Options { Separators = [','], Columns = [new("V", DataKind.Single, [new(1, null)])] });
        Assert.AreEqual(2, ((VectorDataViewType)rest.Schema["V"].Type).Size);
        Assert.Contains("consistent", Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Data.LoadFromTextFile(Write("1,2,3\n4,5\n"), new TextLoader.Options { Separators = [','], Columns = [new("V", DataKind.Single, [new(1, null)])] })).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile(Write("1,2\n"), [new("V", DataKind.Single, [new(1, null)])], ','));
    }

    [TestMethod]
    public void EveryMemberNeedsItsFields() =>
        Assert.Contains("'Extra'", Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.LoadFromTextFile<Unmapped>(Write("1,2\n"))).Message);

    [TestMethod]
    public void TimesAreUniversalUnlessTheySayOtherwise()
    {
        IDataView view = _ml.Data.LoadFromTextFile<Times>(Write("2020-01-02 03:04:05,2020-01-02T03:04:05+02:00\n"), separatorChar: ',');
        Assert.AreEqual("2020-01-02T03:04:05.0000000Z", view.GetColumn<DateTime>("At").Single().ToString("o", CultureInfo.InvariantCulture));
        Assert.AreEqual(TimeSpan.FromHours(2), view.GetColumn<DateTimeOffset>("There").Single().Offset);
    }

    [TestMethod]
    public void BadValuesAreLogged()
    {
        var seen = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind >= ChannelMessageKind.Info)
            {
                seen.Add(e.Message);
            }
        };
        _ = _ml.Data.LoadFromTextFile<Opt>(Write("1,?,3\nx,y,6\n"), separatorChar: ',').GetColumn<float[]>("V").ToArray();
        CollectionAssert.AreEqual(
            new[]
            {
                "[Source=TextLoader; ParseStats, Kind=Info]   Bad value at line 2 in column V at slot 0",
                "[Source=TextLoader; ParseStats, Kind=Info] Processed 2 rows with 1 bad values and 0 format errors",
            },
            seen);
    }

    [TestMethod]
    public void TablesAreWrittenAsText()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(
            [new Kit { F = 1.5f, D = 0.1, S = "a,b", V = [1, 0], K = 2 }, new Kit { F = float.NaN, B = true, S = " lead \"q\"", V = [-1, 1e-20f], K = 7 }]);
        using var stream = new MemoryStream();
        _ml.Data.SaveAsText(view, stream, separatorChar: ',');
        string[] expected =
        [
            "#@ TextLoader{", "#@   header+", "#@   sep=comma", "#@   col=F:R4:0", "#@   col=D:R8:1", "#@   col=B:BL:2", "#@   col=S:TX:3", "#@   col=V:R4:4-5", "#@   col=K:U4[5]:6", "#@ }",
            "F,D,B,S,\"\",\"\",K",
            "1.5,0.10000000000000001,0,\"a,b\",1,0,2",
            "?,0,1,\" lead \"\"q\"\"\",-1,1E-20,",
        ];
        CollectionAssert.AreEqual(expected, Encoding.UTF8.GetString(stream.ToArray()).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [TestMethod]
    [DataRow(false, "1,13,12:s")]
    [DataRow(true, "1,0,0,0,0,0,0,0,0,0,0,0,0,s")]
    public void WrittenRowsComeBack(bool forceDense, string firstLine)
    {
        IDataView view = _ml.Data.LoadFromEnumerable([new Wide { A = 1, V = new float[12], S = "s" }, new Wide { V = [0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 12], S = "" }]);
        using var stream = new MemoryStream();
        _ml.Data.SaveAsText(view, stream, separatorChar: ',', headerRow: false, schema: false, forceDense: forceDense);
        string text = Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings("\n");
        Assert.AreEqual(firstLine, text.Split('\n')[0]);
        IDataView back = _ml.Data.LoadFromTextFile(
            Write(text), [new("A", DataKind.Single, 0), new("V", DataKind.Single, 1, 12), new("S", DataKind.String, 13)], ',', allowQuoting: true, allowSparse: true);
        CollectionAssert.AreEqual(view.GetColumn<float[]>("V").SelectMany(v => v).ToArray(), back.GetColumn<float[]>("V").SelectMany(v => v).ToArray());
        CollectionAssert.AreEqual(new[] { "s", "" }, back.GetColumn<string>("S").ToArray());
    }

    private IDataView Load(string text, char separator, params TextLoader.Column[] columns) => _ml.Data.LoadFromTextFile(Write(text), columns, separator);

    private string Write(string text)
    {
        string path = Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N") + ".txt");
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class Opt
    {
        [LoadColumn(0)]
        public float A { get; set; }

        [LoadColumn(1, 2)]
        public float[]? V { get; set; }
    }

    private sealed class Unmapped
    {
        [LoadColumn(0)]
        public float A { get; set; }

        public float Extra => 1;
    }

    private sealed class Times
    {
        [LoadColumn(0)]
        public DateTime At { get; set; }

        [LoadColumn(1)]
        public DateTimeOffset There { get; set; }
    }

    private sealed class Kit
    {
        public float F { get; set; }

        public double D { get; set; }

        public bool B { get; set; }

        public string? S { get; set; }

        [VectorType(2)]
        public float[]? V { get; set; }

        [KeyType(5)]
        public uint K { get; set; }
    }

    private sealed class Wide
    {
        public float A { get; set; }

        [VectorType(12)]
        public float[]? V { get; set; }

        public string? S { get; set; }
    }
}
