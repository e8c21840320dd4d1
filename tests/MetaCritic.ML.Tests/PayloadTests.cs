using System.Text;
using MetaCritic.ML.Saving;

namespace MetaCritic.ML.Tests;

/// <summary>The text that carries a model in ML.NET's files.</summary>
[TestClass]
public sealed class PayloadTests
{
    private sealed record Header(string Name);

    [TestMethod]
    public void WhatIsWrittenIsRead()
    {
        Payload.Read<Header, int>(Payload.Write(new Header("é"), stream => stream.Write([1, 2, 3])), "it", (header, model) =>
        {
            Assert.AreEqual("é", header.Name);
            byte[] bytes = new byte[10];
            Assert.AreEqual(3, model.Read(bytes));
            CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, bytes[..3]);
            return 0;
        });
    }

    [TestMethod]
    public void ANewerFormatIsSaid()
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"format":{{Payload.Format + 1}},"header":7}""");
        string text = Convert.ToBase64String([.. BitConverter.GetBytes(json.Length), .. json]);
        Assert.Contains($"format is {Payload.Format + 1}", Assert.ThrowsExactly<InvalidInputException>(() => Payload.Read<Header, int>(text, "it", (_, _) => 0)).Message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("????")]
    [DataRow("AAAA")]
    [DataRow("/////w==")]
    [DataRow("AgAAAA==")]
    [DataRow("AgAAAHt7")]
    [DataRow("AgAAAHt9")]
    public void DamageIsSaid(string text) =>
        Assert.Contains("damaged", Assert.ThrowsExactly<InvalidInputException>(() => Payload.Read<Header, int>(text, "it", (_, _) => 0)).Message);

    [TestMethod]
    public void TheSameTextIsDecodedOnce()
    {
        int count = 0;
        DecodedPayload<string> cache = new(text =>
        {
            Interlocked.Increment(ref count);
            return text.ToString();
        });
        string whole = new('x', 10);
        Parallel.For(0, 100, _ => Assert.AreEqual("xxxx", cache.Get(whole.AsMemory(2, 4))));
        Assert.AreEqual(1, count);
        Assert.AreEqual("xxx", cache.Get(whole.AsMemory(2, 3)));
        Assert.AreEqual(2, count);
    }
}
