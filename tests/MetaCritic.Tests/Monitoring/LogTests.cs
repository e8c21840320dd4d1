using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Monitoring;
using MetaCritic.Robots;
using MetaCritic.Tests.Reliability;

namespace MetaCritic.Tests.Monitoring;

/// <summary>Logs of a training hold its history, also while it runs and after it was resumed.</summary>
[TestClass]
public sealed class LogTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metacritic-log").FullName;

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_row_per_meta_iteration_with_validations()
    {
        string path = Path.Combine(_folder, "metrics.csv");
        using MetaTrainer trainer = Trainer();
        int seen = 0;
        using (TrainingLog log = new(path))
        {
            // Rows can be read while the training runs.
            trainer.Train(new ProgressGroup<MetaTrainingProgress>(log, new Immediate<MetaTrainingProgress>(p => seen += Lines(path).Length == p.Completed + 1 ? 1 : 0)), cancellationToken: TestContext.CancellationToken);
        }

        Assert.AreEqual(8, seen);
        string[] lines = Lines(path);
        Assert.AreEqual("iteration,task_loss,final_error,gradient_norm,restarted,learning_rate,validation_error,validation_median,validation_diverged", lines[0]);
        for (int i = 0; i < 8; i++)
        {
            MetaIterationMetrics metrics = trainer.History[i];
            string[] cells = lines[i + 1].Split(',');
            Assert.AreEqual(i + 1, int.Parse(cells[0], CultureInfo.InvariantCulture));
            Assert.AreEqual(metrics.TaskLoss, double.Parse(cells[1], CultureInfo.InvariantCulture));
            Assert.AreEqual(metrics.FinalError, double.Parse(cells[2], CultureInfo.InvariantCulture));
            Assert.AreEqual(metrics.GradientNorm, double.Parse(cells[3], CultureInfo.InvariantCulture));
            Assert.AreEqual(metrics.Restarted, int.Parse(cells[4], CultureInfo.InvariantCulture));
            Assert.AreEqual(metrics.LearningRate, double.Parse(cells[5], CultureInfo.InvariantCulture));
            ValidationPoint? validation = trainer.Validations.FirstOrDefault(point => point.Iteration == i + 1);
            Assert.AreEqual(validation?.Error.ToString("R", CultureInfo.InvariantCulture) ?? "", cells[6]);
            Assert.AreEqual(validation?.Diverged.ToString(CultureInfo.InvariantCulture) ?? "", cells[8]);
        }

        Assert.HasCount(2, trainer.Validations);
    }

    [TestMethod]
    public void A_resumed_training_has_the_same_log()
    {
        string whole = Path.Combine(_folder, "whole.csv"), resumed = Path.Combine(_folder, "resumed.csv");
        using (MetaTrainer trainer = Trainer())
        {
            using TrainingLog log = new(whole);
            trainer.Train(log, cancellationToken: TestContext.CancellationToken);
        }

        using (MetaTrainer first = Trainer())
        {
            first.Train(null, _folder, stopAfter: 5, TestContext.CancellationToken);
        }

        using MetaTrainer second = Trainer();
        second.LoadCheckpoint(Path.Combine(_folder, MetaTrainer.CheckpointFileName));
        using (TrainingLog log = new(resumed, second.History, second.Validations))
        {
            second.Train(log, cancellationToken: TestContext.CancellationToken);
        }

        CollectionAssert.AreEqual(File.ReadAllBytes(whole), File.ReadAllBytes(resumed));
    }

    [TestMethod]
    public void Places_that_cannot_be_written_to_are_refused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => new TrainingLog(Path.Combine(_folder, "no", "metrics.csv"))).Message, "metrics.csv");
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidInputException>(() => new TensorBoardLog(Path.Combine(_folder, "file"))).Message, "TensorBoard");
    }

    // RFC 3720, B.4, and the check value of the CRC catalogue; masked as record_writer.h masks it.
    [TestMethod]
    [DataRow("123456789", 0xE3069283u)]
    [DataRow("", 0u)]
    [DataRow("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0x8A9136AAu)]
    public void Checksums_are_masked_Castagnoli_checksums(string data, uint crc) =>
        Assert.AreEqual(((crc >> 15) | (crc << 17)) + 0xa282ead8, TensorBoardLog.Checksum(Encoding.Latin1.GetBytes(data)));

    [TestMethod]
    public void TensorBoards_records_hold_the_history()
    {
        using MetaTrainer trainer = Trainer();
        string file;
        using (TensorBoardLog log = new(Path.Combine(_folder, "run")))
        {
            trainer.Train(log, cancellationToken: TestContext.CancellationToken);
            file = log.FilePath;
        }

        StringAssert.StartsWith(Path.GetFileName(file), "events.out.tfevents.");
        List<Dictionary<int, object>> events = [.. Records(File.ReadAllBytes(file)).Select(Fields)];
        Assert.HasCount(1 + 1 + 8, events);
        Assert.AreEqual("brain.Event:2", Encoding.UTF8.GetString((byte[])events[0][3]));
        Assert.AreEqual(1UL, Fields((byte[])events[1][7])[1]); // SessionLog.START
        Assert.AreEqual(1UL, events[1][2]);
        for (int i = 0; i < 8; i++)
        {
            Dictionary<int, object> one = events[i + 2];
            Assert.AreEqual((ulong)(i + 1), one[2]);
            Assert.AreEqual(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), (double)one[1], 600);
            Dictionary<string, float> values = All((byte[])one[5], 1).ToDictionary(value => Encoding.UTF8.GetString((byte[])Fields(value)[1]), value => (float)Fields(value)[2]);
            MetaIterationMetrics metrics = trainer.History[i];
            Assert.AreEqual((float)metrics.TaskLoss, values["train/task_loss"]);
            Assert.AreEqual((float)metrics.FinalError, values["train/final_error"]);
            Assert.AreEqual((float)metrics.GradientNorm, values["train/gradient_norm"]);
            Assert.AreEqual((float)metrics.LearningRate, values["train/learning_rate"]);
            Assert.AreEqual(metrics.Restarted, values["train/restarted"]);
            Assert.AreEqual(trainer.Validations.Any(point => point.Iteration == i + 1), values.ContainsKey("validation/error"));
        }
    }

    private static MetaTrainer Trainer() => new(
        RobotModel.TwoLink, SmallTraining.Dynamics, SmallTraining.Goals, SmallTraining.Options with { ValidationInterval = 4 }, new() { Steps = 2 }, new() { Goals = [[0.1, 0.1]] });

    private static string[] Lines(string path)
    {
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // Each record with both of its checksums verified.
    private static List<byte[]> Records(byte[] file)
    {
        List<byte[]> records = [];
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Assert.AreEqual(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            byte[] data = file[(at + 12)..(at + 12 + length)];
            Assert.AreEqual(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            records.Add(data);
            at += length + 16;
        }

        return records;
    }

    // Bit by bit, by the polynomial.
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static Dictionary<int, object> Fields(byte[] message) => Walk(message).GroupBy(field => field.Number).ToDictionary(group => group.Key, group => group.Last().Value);

    private static List<byte[]> All(byte[] message, int number) => [.. Walk(message).Where(field => field.Number == number).Select(field => (byte[])field.Value)];

    private static List<(int Number, object Value)> Walk(byte[] message)
    {
        List<(int, object)> fields = [];
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint();
            object value = (key & 7) switch
            {
                0 => Varint(),
                1 => BinaryPrimitives.ReadDoubleLittleEndian(Take(8)),
                2 => Take((int)Varint()),
                5 => BinaryPrimitives.ReadSingleLittleEndian(Take(4)),
                _ => throw new AssertFailedException("wire type"),
            };
            fields.Add(((int)(key >> 3), value));
        }

        return fields;

        ulong Varint()
        {
            ulong result = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte b = message[at++];
                result |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80)
                {
                    return result;
                }
            }
        }

        byte[] Take(int count)
        {
            at += count;
            return message[(at - count)..at];
        }
    }
}
