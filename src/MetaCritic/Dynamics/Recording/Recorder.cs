namespace MetaCritic.Dynamics.Recording;

/// <summary>
/// Writes down what <see cref="RecordedLane"/> computes on this thread. Operations on constants are done at once, those that change
/// nothing are left out, and what was computed before is not computed again. An operation stands in the outermost block that
/// knows its arguments: what does not change from pass to pass leaves the loop.
/// </summary>
internal sealed unsafe class Recorder : IDisposable
{
    // Values are doubles, so that they can lie in the memory of the algorithms: a constant is itself, all else a NaN that arithmetic does
    // not give, with the number of its node.
    private const long Mark = 0x7FFA_4D43;
    private const long Tagged = Mark << 32;

    [ThreadStatic]
    private static Recorder? _current;

    private readonly int _inputs;
    private readonly ScalarBlock _root = new(null);
    private readonly List<ScalarNode> _nodes = [];
    private readonly Dictionary<(ScalarOperation Operation, long X, long Y, long Z, long W), double> _known = [];
    private readonly Dictionary<long, ScalarNode> _constants = [];
    private readonly Stack<(ScalarLoop Loop, (nint Place, int Count)[] Carried)> _loops = [];
    private ScalarBlock _block;
    private double _changes;

    private Recorder(int inputs) => (_inputs, _block) = (inputs, _root);

    /// <summary>The one that records on this thread.</summary>
    public static Recorder Current => _current ?? throw new InvalidOperationException("Nothing records.");

    /// <summary>Begins to record on this thread.</summary>
    /// <param name="inputs">Receives the inputs.</param>
    public static Recorder Begin(Span<double> inputs)
    {
        Recorder recorder = new(inputs.Length);
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = recorder.Added(new(ScalarOperation.Input, recorder._root) { Index = i });
        }

        return _current = recorder;
    }

    /// <summary>Ends.</summary>
    /// <param name="outputs">What the program gives.</param>
    public ScalarProgram End(ReadOnlySpan<double> outputs)
    {
        Dispose();
        ScalarNode[] nodes = new ScalarNode[outputs.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = NodeOf(outputs[i]);
        }

        return new([.. _nodes.Take(_inputs)], _root, nodes);
    }

    /// <summary>Records no longer.</summary>
    public void Dispose() => _current = null;

    public double Add(double x, double y) =>
        (IsNode(x), IsNode(y)) switch
        {
            (false, false) => x + y,
            (false, true) when x == 0 => y,
            (true, false) when y == 0 => x,
            _ when Negated(y) is { } other => Subtract(x, other),
            _ when Negated(x) is { } other => Subtract(y, other),
            _ => Operate(ScalarOperation.Add, x, y),
        };

    public double Subtract(double x, double y) =>
        (IsNode(x), IsNode(y)) switch
        {
            (false, false) => x - y,
            (false, true) when x == 0 => Negate(y),
            (true, false) when y == 0 => x,
            (true, true) when Same(x, y) => 0,
            _ when Negated(y) is { } other => Add(x, other),
            _ => Operate(ScalarOperation.Subtract, x, y),
        };

    public double Negate(double x) => !IsNode(x) ? -x : Negated(x) ?? Operate(ScalarOperation.Negate, x);

    public double Multiply(double x, double y) =>
        (IsNode(x), IsNode(y)) switch
        {
            (false, false) => x * y,
            (true, false) => Multiply(y, x),
            (false, true) when x is 0 or 1 => x == 0 ? 0 : y,
            (false, true) when x == -1 => Negate(y),
            (false, true) when Negated(y) is { } other => Multiply(-x, other),
            _ when Negated(x) is { } other => Negate(Multiply(other, y)),
            _ when Negated(y) is { } other => Negate(Multiply(x, other)),
            _ => Operate(ScalarOperation.Multiply, x, y),
        };

    public double Divide(double x, double y) =>
        (IsNode(x), IsNode(y)) switch
        {
            (false, false) => x / y,
            (false, true) when x == 0 => 0,
            (true, false) when y == 1 => x,
            _ => Operate(ScalarOperation.Divide, x, y),
        };

    public double Clamp(double x, double limit) =>
        double.IsPositiveInfinity(limit) ? x
        : IsNode(x) || IsNode(limit) ? Operate(ScalarOperation.Clamp, x, limit)
        : x > limit ? limit : x < -limit ? -limit : x;

    /// <summary><paramref name="beyond"/> where |x| exceeds the limit, else <paramref name="within"/>.</summary>
    public double Beyond(double x, double limit, double beyond, double within) =>
        double.IsPositiveInfinity(limit) || Same(beyond, within) ? within
        : IsNode(x) || IsNode(limit) ? Operate(ScalarOperation.Beyond, x, limit, beyond, within)
        : Math.Abs(x) > limit ? beyond : within;

    public double Apply(ScalarOperation function, double x) => IsNode(x) ? Operate(function, x) : function switch
    {
        ScalarOperation.Sine => Math.Sin(x),
        ScalarOperation.Cosine => Math.Cos(x),
        _ => Math.Tanh(x),
    };

    /// <summary>Whether |x| may exceed the limit: what a loop goes on for.</summary>
    public bool Asks(double x, double limit)
    {
        if (!IsNode(x))
        {
            return !(Math.Abs(x) <= limit);
        }

        _changes = Add(_changes, Beyond(x, limit, 1, 0));
        return true;
    }

    /// <summary>Where the recording stands.</summary>
    public int Position => _nodes.Count;

    /// <summary>Forgets what was recorded since it stood at a position, in which no loop has begun or ended.</summary>
    public void Undo(int position)
    {
        for (ScalarBlock? block = _block; block is not null; block = block.Outer)
        {
            block.Instructions.RemoveAll(node => node.Number >= position);
        }

        foreach ((ScalarOperation, long, long, long, long) key in _known.Where(known => Index(known.Value) >= position).Select(known => known.Key).ToArray())
        {
            _known.Remove(key);
        }

        foreach (long bits in _constants.Where(constant => constant.Value.Number >= position).Select(constant => constant.Key).ToArray())
        {
            _constants.Remove(bits);
        }

        _nodes.RemoveRange(position, Position - position);
        _changes = 0;
    }

    /// <summary>Begins a loop. What follows is one of its passes.</summary>
    /// <param name="most">The largest number of passes.</param>
    /// <param name="carried">The memory that it carries from one pass to the next. Other memory that it writes must not be read behind it.</param>
    public void BeginLoop(int most, params ReadOnlySpan<(nint Place, int Count)> carried)
    {
        ScalarLoop loop = new(most, new ScalarBlock(_block));
        foreach ((nint place, int count) in carried)
        {
            for (int i = 0; i < count; i++)
            {
                double* value = (double*)place + i;
                ScalarNode initial = NodeOf(*value);
                ScalarNode variable = new(ScalarOperation.Variable, loop.Body) { Loop = loop, Index = loop.Carries.Count };
                *value = Added(variable);
                ScalarNode result = new(ScalarOperation.Result, _block) { Loop = loop, Index = loop.Carries.Count };
                Added(result);
                loop.Carries.Add(new(variable, initial, result));
            }
        }

        _loops.Push((loop, carried.ToArray()));
        _block = loop.Body;
        _changes = 0;
    }

    /// <summary>Ends the loop. If it has asked whether to go on, it goes on only then.</summary>
    public void EndLoop()
    {
        (ScalarLoop loop, (nint Place, int Count)[] places) = _loops.Pop();
        loop.Condition = IsNode(_changes) ? NodeOf(_changes) : null;
        _changes = 0;
        _block = _block.Outer!;
        int k = 0;
        ScalarNode node = new(ScalarOperation.Loop, _block) { Loop = loop };
        foreach ((nint place, int count) in places)
        {
            for (int i = 0; i < count; i++)
            {
                ScalarLoop.Carried carried = loop.Carries[k++];
                carried.Next = NodeOf(((double*)place)[i]);
                ((double*)place)[i] = Tag(carried.Result.Number);
            }
        }

        Added(node);
        _block.Instructions.Add(node);
        loop.Instruction = node;
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static bool IsNode(double value) => Bits(value) >> 32 == Mark;

    private static bool Same(double x, double y) => Bits(x) == Bits(y);

    private static int Index(double value) => (int)Bits(value);

    private static double Tag(int number) => BitConverter.Int64BitsToDouble(Tagged | (long)number);

    // x, if the value is −x.
    private double? Negated(double value) =>
        IsNode(value) && _nodes[Index(value)] is { Operation: ScalarOperation.Negate } node ? Tag(node.Arguments[0].Number) : null;

    private double Added(ScalarNode node)
    {
        node.Number = _nodes.Count;
        _nodes.Add(node);
        return Tag(node.Number);
    }

    private ScalarNode NodeOf(double value)
    {
        if (IsNode(value))
        {
            return _nodes[Index(value)];
        }

        if (!_constants.TryGetValue(Bits(value), out ScalarNode? constant))
        {
            Added(constant = new(ScalarOperation.Constant, _root) { Value = value });
            _constants.Add(Bits(value), constant);
        }

        return constant;
    }

    private double Operate(ScalarOperation operation, double x, double y = 0, double z = 0, double w = 0)
    {
        if (operation is ScalarOperation.Add or ScalarOperation.Multiply && IsNode(x) && IsNode(y) && Index(x) > Index(y))
        {
            (x, y) = (y, x);
        }

        (ScalarOperation, long, long, long, long) key = (operation, Bits(x), Bits(y), Bits(z), Bits(w));
        if (_known.TryGetValue(key, out double known))
        {
            return known;
        }

        int count = operation switch
        {
            ScalarOperation.Beyond => 4,
            ScalarOperation.Negate or ScalarOperation.Sine or ScalarOperation.Cosine or ScalarOperation.Tanh => 1,
            _ => 2,
        };
        ScalarNode[] arguments = [.. new[] { x, y, z, w }.Take(count).Select(NodeOf)];
        ScalarBlock block = _root;
        foreach (ScalarNode argument in arguments)
        {
            if (!argument.Block.Reaches(_block))
            {
                throw new InvalidOperationException("A value of a loop is used behind it.");
            }

            block = argument.Block.Depth > block.Depth ? argument.Block : block;
        }

        ScalarNode node = new(operation, block, arguments);
        double value = Added(node);
        block.Instructions.Add(node);
        _known.Add(key, value);
        return value;
    }
}
