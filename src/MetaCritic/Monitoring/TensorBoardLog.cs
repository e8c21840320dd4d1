using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;

namespace MetaCritic.Monitoring;

/// <summary>Writes the progress of a meta-training as scalars for TensorBoard, each meta-iteration at once.</summary>
/// <remarks>
/// <para>
/// Tags: train/task_loss, train/final_error, train/gradient_norm, train/learning_rate, train/restarted; validation/error, validation/median,
/// validation/diverged. The step is the number of meta-iterations done.
/// </para>
/// <para>
/// The file is a sequence of records (TensorFlow, tsl/lib/io/record_writer.h): length, masked CRC-32C of the length, data, masked CRC-32C
/// of the data. The data are messages of tensorflow/core/util/event.proto. A new log in a folder hides what earlier ones there say of the
/// same and later steps.
/// </para>
/// </remarks>
public sealed class TensorBoardLog : IProgress<MetaTrainingProgress>, IDisposable
{
    private static int _count;

    private readonly TimeProvider _time;
    private readonly FileStream _stream;
    private readonly ProtobufWriter _event = new(), _summary = new(), _value = new();
    private byte[] _record = [];
    private bool _begun;

    /// <summary>Begins a file of events.</summary>
    /// <param name="folder">The folder of the run, made if it is not there.</param>
    /// <param name="time">The clock that events have their times from; null for that of the system.</param>
    /// <exception cref="InvalidInputException">The folder cannot be made or written to.</exception>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public TensorBoardLog(string folder, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _time = time ?? TimeProvider.System;
        string name = string.Create(
            CultureInfo.InvariantCulture, $"events.out.tfevents.{_time.GetUtcNow().ToUnixTimeSeconds()}.metacritic.{Environment.ProcessId}.{Interlocked.Increment(ref _count)}");
        FilePath = Path.Combine(folder, name);
        try
        {
            Directory.CreateDirectory(folder);
            _stream = new(FilePath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException(folder, $"events for TensorBoard cannot be written there: {e.Message.TrimEnd('.')}", "Give another folder", e);
        }

        Write(0, () => _event.Text(3, "brain.Event:2")); // Event.file_version
    }

    /// <summary>The file that is written.</summary>
    public string FilePath { get; }

    /// <summary>Writes what a meta-iteration measured.</summary>
    /// <exception cref="MetaCriticException">Writing failed, for example because the disk is full.</exception>
    public void Report(MetaTrainingProgress value)
    {
        if (!_begun)
        {
            _begun = true;
            Write(value.Completed, () => _event.Message(7, log => log.Integer(1, 1))); // Event.session_log: START; events from this step on begin anew
        }

        MetaIterationMetrics metrics = value.Latest;
        _summary.Clear();
        Add("train/task_loss", metrics.TaskLoss);
        Add("train/final_error", metrics.FinalError);
        Add("train/gradient_norm", metrics.GradientNorm);
        Add("train/learning_rate", metrics.LearningRate);
        Add("train/restarted", metrics.Restarted);
        if (value.Validation is { } validation)
        {
            Add("validation/error", validation.Error);
            Add("validation/median", validation.Median);
            Add("validation/diverged", validation.Diverged);
        }

        Write(value.Completed, () => _event.Message(5, _summary)); // Event.summary
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>The checksum of a record: CRC-32C, turned and shifted so that a checksum of data that hold checksums is none of them.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xa282ead8;
    }

    // Summary.value: tag, simple_value.
    private void Add(string tag, double value)
    {
        _value.Clear();
        _value.Text(1, tag);
        _value.Single(2, (float)value);
        _summary.Message(1, _value);
    }

    private void Write(long step, Action content)
    {
        _event.Clear();
        _event.Double(1, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds); // Event.wall_time
        if (step > 0)
        {
            _event.Integer(2, step); // Event.step
        }

        content();
        ReadOnlySpan<byte> data = _event.Written;
        int length = data.Length + 16;
        if (_record.Length < length)
        {
            _record = new byte[length];
        }

        Span<byte> record = _record.AsSpan(0, length);
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], Checksum(record[..8]));
        data.CopyTo(record[12..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[^4..], Checksum(data));
        try
        {
            _stream.Write(record);
        }
        catch (IOException e)
        {
            throw new MetaCriticException($"{FilePath}: events for TensorBoard could not be written: {e.Message}", e);
        }
    }
}
