using System.Text;
using MetaCritic.Files;

namespace MetaCritic.Tests.Files;

/// <summary>What is no text in UTF-8 is called what it is.</summary>
[TestClass]
public sealed class InputFileTests
{
    private const string Json = "{\"cases\":[]}";

    public static IEnumerable<object[]> Wrong =>
    [
        [new byte[] { 0x1F, 0x8B, 8, 0 }, "it is compressed with gzip. Unpack it first."],
        ["BZh91AY"u8.ToArray(), "it is compressed with bzip2."],
        [new byte[] { 0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0 }, "it is compressed with xz."],
        [new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 0 }, "it is compressed with zstd."],
        [Encoding.Unicode.GetBytes("\uFEFF" + Json), "its text is UTF-16. Save it as UTF-8."],
        [Encoding.BigEndianUnicode.GetBytes(Json), "its text is UTF-16."],
        [Encoding.UTF32.GetBytes("\uFEFF" + Json), "its text is UTF-32."],
        [(byte[])[.. "{\"name\":\""u8, 0xE4, .. "\"}"u8], "the file is not UTF-8 text. Save it as UTF-8."],
    ];

    [TestMethod]
    [DynamicData(nameof(Wrong))]
    public void WhatIsNoTextIsCalledWhatItIs(byte[] contents, string said)
    {
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, contents);
        Assert.StartsWith($"{file}: {said}", Assert.ThrowsExactly<InvalidInputException>(() => InputFile.ReadAllText(file, 1000)).Message);
        File.Delete(file);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("x")]
    [DataRow("\uFEFFä目🦾")]
    [DataRow("PK is no archive, MCT no critic, BZ no bzip2")]
    public void TextIsText(string text)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        Assert.AreEqual(text.TrimStart('\uFEFF'), InputFile.ReadAllText(file, 1000));
        File.Delete(file);
    }
}
