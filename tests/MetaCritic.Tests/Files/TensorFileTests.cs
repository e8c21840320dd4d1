using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using MetaCritic.Files;

namespace MetaCritic.Tests.Files;

[TestClass]
public sealed class TensorFileTests
{
    private static readonly float[] Floats = [BitConverter.UInt32BitsToSingle(0x7FC12345), -0f, float.Epsilon, float.MaxValue, 1 / 3f, float.NegativeInfinity];
    private static readonly double[] Doubles = [BitConverter.UInt64BitsToDouble(0xFFF8_0000_0000_1234), -0.0, double.Epsilon, Math.PI];

    [TestMethod]
    public void What_is_written_is_read_bit_by_bit()
    {
        TensorFile read = Load(Sample());
        int answer = read.Interpret(header =>
        {
            Assert.AreEqual("ä\n\0\"€", header.Text("text"));
            Assert.IsTrue(Same(Floats, read.Get<float>("floats", 2, 3)));
            CollectionAssert.AreEqual(Doubles.Select(BitConverter.DoubleToUInt64Bits).ToArray(), read.Get<double>("doubles").Select(BitConverter.DoubleToUInt64Bits).ToArray());
            CollectionAssert.AreEqual((int[])[int.MinValue, int.MaxValue], read.Get<int>("ints"));
            CollectionAssert.AreEqual((long[])[long.MinValue], read.Get<long>("longs"));
            CollectionAssert.AreEqual((ulong[])[ulong.MaxValue, 1], read.Get<ulong>("a/b-c_d.e", 1, 1, 2));
            Assert.IsEmpty(read.Get<double>("empty", 0, 7));
            CollectionAssert.AreEqual((int[])[9], read.Get<int>("scalar"));
            return header.Integer("answer");
        });
        Assert.AreEqual(42, answer);
    }

    [TestMethod]
    public void Writing_is_deterministic() => CollectionAssert.AreEqual(Sample(), Sample());

    [TestMethod]
    public void The_layout_is_the_documented_one()
    {
        TensorFile file = new(TensorFileKind.Policy, writer => writer.WriteNumber("a", 1));
        file.Add<int>("t", [1, -2], 2, 1);
        using MemoryStream stream = new();
        file.Save(stream);
        byte[] body =
        [
            .. "MCTF\r\n"u8, 0x1A, (byte)'\n',
            7, 0, 0, 0,
            2, 0, 0, 0,
            7, 0, 0, 0,
            1, 0, 0, 0,
            .. "{\"a\":1}"u8,
            1, (byte)'t', 3, 2,
            2, 0, 0, 0, 0, 0, 0, 0,
            1, 0, 0, 0, 0, 0, 0, 0,
            1, 0, 0, 0,
            0xFE, 0xFF, 0xFF, 0xFF,
        ];
        CollectionAssert.AreEqual((byte[])[.. body, .. SHA256.HashData(body)], stream.ToArray());
    }

    [TestMethod]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = Sample();
        for (int length = 0; length < bytes.Length; length++)
        {
            string message = Refused(bytes[..length]);
            StringAssert.Contains(message, "it ends at byte " + length);
        }
    }

    [TestMethod]
    [DataRow((byte)0x01)]
    [DataRow((byte)0x80)]
    [DataRow((byte)0xFF)]
    public void Every_flipped_byte_is_refused(byte mask)
    {
        byte[] bytes = Sample();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= mask;
            Refused(bytes);
            bytes[i] ^= mask;
        }

        Load(bytes);
    }

    [TestMethod]
    public void Every_flipped_byte_is_refused_or_harmless_even_with_a_matching_checksum()
    {
        byte[] bytes = Sample();
        for (int i = 0; i < bytes.Length - 32; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] copy = [.. bytes];
                copy[i] ^= (byte)(1 << bit);
                Rehash(copy);
                try
                {
                    TensorFile file = Load(copy);
                    file.Interpret(header =>
                    {
                        header.Integer("answer");
                        header.Text("text");
                        foreach (string name in file.Names)
                        {
                            _ = file.ShapeOf(name);
                        }

                        file.Get<float>("floats", 2, 3);
                        return 0;
                    });
                    Assert.Fail("The tensors that nobody asked for were to be refused.");
                }
                catch (InvalidInputException)
                {
                }
            }
        }
    }

    [TestMethod]
    public void Bytes_after_the_end_are_refused() => StringAssert.Contains(Refused([.. Sample(), 0]), "more bytes follow");

    [TestMethod]
    [DataRow(8, 8, "written by format version 8; this version reads up to 7")]
    [DataRow(8, int.MaxValue, "Update")]
    [DataRow(8, 0, "no meaning")]
    [DataRow(8, -1, "no meaning")]
    [DataRow(12, 1, "holds a critic, not a checkpoint")]
    [DataRow(12, 0, "no meaning")]
    [DataRow(12, 99, "no meaning")]
    [DataRow(16, int.MaxValue, "the length of the header is 2147483647")]
    [DataRow(16, -1, "the length of the header is 4294967295")]
    [DataRow(16, 8 << 20, "within the header")]
    [DataRow(20, 65_537, "the number of tensors")]
    [DataRow(20, -1, "the number of tensors")]
    [DataRow(20, 65_536, "it ends at")]
    public void Wrong_numbers_in_front_are_refused(int offset, int value, string message)
    {
        byte[] bytes = Sample();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(offset), value);
        Rehash(bytes);
        StringAssert.Contains(Refused(bytes), message);
    }

    [TestMethod]
    [DataRow(long.MaxValue)]
    [DataRow(1L << 62)]
    [DataRow(1L << 60)]
    [DataRow((1L << 30) + 1)]
    [DataRow(1L << 28)]
    [DataRow(1L << 27)]
    [DataRow(1L << 24)]
    [DataRow(-1L)]
    [DataRow(long.MinValue)]
    public void Huge_shapes_are_refused_before_memory_is_taken(long dimension)
    {
        byte[] bytes = Sample();
        int first = bytes.AsSpan().IndexOf("floats"u8) + 6 + 2;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(first), dimension);
        Rehash(bytes);
        foreach (bool seekable in (bool[])[true, false])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.ThrowsExactly<InvalidInputException>(() => TensorFile.Load(seekable ? new MemoryStream(bytes) : Unseekable(bytes), TensorFileKind.Checkpoint, "sample"));
            Assert.IsLessThan(16L << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    public void A_dimension_of_0_does_not_hide_a_huge_one()
    {
        TensorFile file = new(TensorFileKind.Checkpoint, _ => { });
        file.Add<float>("empty", [], 0, 1);
        byte[] bytes = Bytes(file);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(bytes.Length - 32 - 8), long.MaxValue);
        Rehash(bytes);
        StringAssert.Contains(Refused(bytes), "claims more");
    }

    [TestMethod]
    public void A_tensor_that_stands_there_twice_is_refused()
    {
        TensorFile file = new(TensorFileKind.Checkpoint, _ => { });
        file.Add<int>("aa", [1]);
        file.Add<int>("ab", [1]);
        byte[] bytes = Bytes(file);
        bytes[bytes.AsSpan().IndexOf("ab"u8) + 1] = (byte)'a';
        Rehash(bytes);
        StringAssert.Contains(Refused(bytes), "twice");
    }

    [TestMethod]
    public void Streams_that_cannot_seek_give_the_same()
    {
        byte[] bytes = Sample();
        TensorFile file = TensorFile.Load(Unseekable(bytes), TensorFileKind.Checkpoint, "sample");
        Assert.IsTrue(Same(Floats, file.Get<float>("floats", 2, 3)));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidInputException>(() => TensorFile.Load(Unseekable(bytes[..100]), TensorFileKind.Checkpoint, "sample")).Message, "it ends at byte 100");
    }

    [TestMethod]
    public void Large_tensors_pass_through_streams_that_cannot_seek()
    {
        TensorFile file = new(TensorFileKind.Checkpoint, _ => { });
        int[] data = [.. Enumerable.Range(0, 1_000_000)];
        file.Add<int>("large", data);
        CollectionAssert.AreEqual(data, TensorFile.Load(Unseekable(Bytes(file)), TensorFileKind.Checkpoint, "sample").Get<int>("large"));
    }

    [TestMethod]
    public void The_rest_of_a_stream_is_read_from_where_it_stands()
    {
        using MemoryStream stream = new([1, 2, 3, .. Sample()]);
        stream.Position = 3;
        Assert.IsTrue(TensorFile.Load(stream, TensorFileKind.Checkpoint, "sample").Has("floats"));
    }

    [TestMethod]
    [DataRow("{\"answer\":42,\"text\":\"a\",\"extra\":1}", "\"extra\" is unknown")]
    [DataRow("{\"answer\":42}", "\"text\" is missing")]
    [DataRow("{\"answer\":42.5,\"text\":\"a\"}", "header.answer: value is 42.5")]
    [DataRow("{\"answer\":\"42\",\"text\":\"a\"}", "Give an integer from 0 to 2147483647")]
    [DataRow("{\"answer\":1e99,\"text\":\"a\"}", "value is 1e99")]
    [DataRow("{\"answer\":42,\"answer\":42,\"text\":\"a\"}", "header cannot be read")]
    [DataRow("{\"answer\":42,\"text\":\"\\ud800\"}", "header cannot be read")]
    [DataRow("{\"answer\":42,\"text\":\"a\",\"\\ud800\":1}", "header cannot be read")]
    [DataRow("{\"answer\":42,\"text\":\"a\"", "header cannot be read")]
    [DataRow("[]", "Give an object")]
    [DataRow("", "header cannot be read")]
    public void Wrong_headers_are_refused(string header, string message)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] bytes = [.. TensorFile.Magic, 1, 0, 0, 0, 3, 0, 0, 0, .. BitConverter.GetBytes(text.Length), 0, 0, 0, 0, .. text, .. new byte[32]];
        Rehash(bytes);
        TensorFile file = Load(bytes);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidInputException>(() => file.Interpret(h => h.Integer("answer") + h.Text("text").Length)).Message, message);
    }

    [TestMethod]
    public void A_deeply_nested_header_is_refused()
    {
        byte[] text = Encoding.UTF8.GetBytes(new string('[', 1_000_000));
        byte[] bytes = [.. TensorFile.Magic, 1, 0, 0, 0, 3, 0, 0, 0, .. BitConverter.GetBytes(text.Length), 0, 0, 0, 0, .. text, .. new byte[32]];
        Rehash(bytes);
        TensorFile file = Load(bytes);
        Assert.ThrowsExactly<InvalidInputException>(() => file.Interpret(_ => 0));
    }

    [TestMethod]
    public void Tensors_of_another_type_or_shape_are_refused()
    {
        TensorFile file = Load(Sample());
        foreach (Action get in (Action[])
        [
            () => file.Get<double>("floats", 2, 3), () => file.Get<float>("floats", 3, 2), () => file.Get<float>("floats"),
            () => file.Get<float>("floats", 2, 3, 1), () => file.Get<float>("none"), () => file.ShapeOf("none"),
        ])
        {
            StringAssert.StartsWith(Assert.ThrowsExactly<InvalidInputException>(get).Message, "sample: the tensor");
        }

        Assert.HasCount(6, file.Get<float>("floats", -1, 3));
    }

    [TestMethod]
    public void A_missing_file_and_a_folder_are_bad_input()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => TensorFile.Load(Path.Combine(folder, "none"), TensorFileKind.Critic)).Message, "there is no such file");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => TensorFile.Load(folder, TensorFileKind.Critic)).Message, "folder");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => TensorFile.Load("a\0b", TensorFileKind.Critic)).Message, "no file name");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => TensorFile.Load("", TensorFileKind.Critic)).Message, "no file name");
    }

    private static byte[] Sample()
    {
        TensorFile file = new(TensorFileKind.Checkpoint, writer =>
        {
            writer.WriteNumber("answer", 42);
            writer.WriteString("text", "ä\n\0\"€");
        });
        file.Add<float>("floats", Floats, 2, 3);
        file.Add<double>("doubles", Doubles);
        file.Add<int>("ints", [int.MinValue, int.MaxValue]);
        file.Add<long>("longs", [long.MinValue]);
        file.Add<ulong>("a/b-c_d.e", [ulong.MaxValue, 1], 1, 1, 2);
        file.Add<double>("empty", [], 0, 7);
        file.Add<int>("scalar", [9]);
        return Bytes(file);
    }

    private static byte[] Bytes(TensorFile file)
    {
        using MemoryStream stream = new();
        file.Save(stream);
        return stream.ToArray();
    }

    private static TensorFile Load(byte[] bytes) => TensorFile.Load(new MemoryStream(bytes), TensorFileKind.Checkpoint, "sample");

    private static string Refused(byte[] bytes)
    {
        string message = Assert.ThrowsExactly<InvalidInputException>(() => Load(bytes)).Message;
        StringAssert.StartsWith(message, "sample: ");
        return message;
    }

    private static void Rehash(byte[] bytes) => SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));

    private static Stream Unseekable(byte[] bytes) => PipeReader.Create(new MemoryStream(bytes)).AsStream();

    private static bool Same(float[] a, float[] b) => a.Select(BitConverter.SingleToUInt32Bits).SequenceEqual(b.Select(BitConverter.SingleToUInt32Bits));
}
