namespace MetaCritic.Networks;

/// <summary>
/// The four passes of a multi-layer perceptron over rows [first, first + rows) of a batch: forward, reverse, tangent, and
/// the reverse of the tangent pass. Rows are independent; different rows may be processed at the same time.
/// </summary>
internal static unsafe class Mlp<T>
    where T : unmanaged
{
    /// <summary>h_l = σ(h_(l−1)·W_l + b_l).</summary>
    public static void Forward(MlpBatch<T> batch, PackedWeights<T> weights, int first, int rows)
    {
        MlpLayout layout = batch.Layout;
        for (int l = 0; l < layout.LayerCount; l++)
        {
            T* h = Row(batch.H(l), layout.Width(l + 1), first);
            Multiply(layout, l, rows, Row(batch.H(l - 1), layout.Width(l), first), weights.Forward(l), h, weights.Bias(l));
            ActivationFunctions<T>.Apply(layout.Shape.ActivationOf(l), h, (long)rows * layout.Width(l + 1));
        }
    }

    /// <summary>δ_l = σ'(z_l)·h̄_l, h̄_(l−1) = δ_l·W_lᵀ, from the output's cotangent to the input's.</summary>
    public static void Reverse(MlpBatch<T> batch, PackedWeights<T> weights, int first, int rows)
    {
        MlpLayout layout = batch.Layout;
        for (int l = layout.LayerCount - 1; l >= 0; l--)
        {
            int width = layout.Width(l + 1);
            T* delta = batch.Delta(l, first);
            ActivationFunctions<T>.MultiplyByDerivative(
                layout.Shape.ActivationOf(l), Row(batch.H(l), width, first), Row(batch.Adjoint(l), width, first), delta, (long)rows * width);
            MultiplyTransposed(layout, l, rows, delta, weights.Backward(l), Row(batch.Adjoint(l - 1), layout.Width(l), first));
        }
    }

    /// <summary>
    /// Tangents: ż_l = ḣ_(l−1)·W_l + h_(l−1)·U_l + u_l, ḣ_l = σ'(z_l)·ż_l. Without a direction (U, u) in parameter space the
    /// input's tangent is the direction; with one, the input's tangent is taken as 0.
    /// </summary>
    public static void Tangent(MlpBatch<T> batch, PackedWeights<T> weights, PackedWeights<T>? direction, int first, int rows)
    {
        MlpLayout layout = batch.Layout;
        for (int l = 0; l < layout.LayerCount; l++)
        {
            int width = layout.Width(l + 1);
            T* z = batch.ZTangent(l, first);
            if (direction is not null)
            {
                Multiply(layout, l, rows, Row(batch.H(l - 1), layout.Width(l), first), direction.Forward(l), z, direction.Bias(l));
            }

            if (direction is null || l > 0)
            {
                Multiply(layout, l, rows, Row(batch.HTangent(l - 1), layout.Width(l), first), weights.Forward(l), z, null, accumulate: direction is not null);
            }

            ActivationFunctions<T>.MultiplyByDerivative(
                layout.Shape.ActivationOf(l), Row(batch.H(l), width, first), z, Row(batch.HTangent(l), width, first), (long)rows * width);
        }
    }

    /// <summary>
    /// The reverse of <see cref="Tangent"/>, for the scalar ⟨ȳ, ẏ⟩ (+ ⟨second cotangent, y⟩ if asked for), where ȳ is the
    /// cotangent of the preceding <see cref="Reverse"/>: the cotangents of ż are then the δ found there, and those of z are
    /// z̃_l = σ''(z_l)·ż_l·h̄_l + σ'(z_l)·h̃_l, h̃_(l−1) = z̃_l·W_lᵀ + δ_l·U_lᵀ.
    /// </summary>
    /// <param name="batch">The batch, after forward, reverse and tangent passes.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="direction">The direction given to the tangent pass.</param>
    /// <param name="first">First row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="secondCotangent">Whether <see cref="MlpBatch{T}.OutputSecondCotangent"/> is to be used.</param>
    /// <param name="inputCotangent">Whether <see cref="MlpBatch{T}.InputSecondCotangent"/> is wanted.</param>
    public static void ReverseOfTangent(
        MlpBatch<T> batch, PackedWeights<T> weights, PackedWeights<T>? direction, int first, int rows, bool secondCotangent, bool inputCotangent)
    {
        MlpLayout layout = batch.Layout;
        bool present = secondCotangent; // whether h̃_l may differ from 0
        for (int l = layout.LayerCount - 1; l >= 0; l--)
        {
            int width = layout.Width(l + 1);
            T* zSecond = batch.ZSecond(l, first);
            ActivationFunctions<T>.ReverseOfTangent(
                layout.Shape.ActivationOf(l),
                Row(batch.H(l), width, first),
                batch.ZTangent(l, first),
                Row(batch.Adjoint(l), width, first),
                present ? batch.HSecond(l, first) : null,
                zSecond,
                (long)rows * width);
            if (l == 0 && !inputCotangent)
            {
                break;
            }

            bool zero = !present && layout.Shape.ActivationOf(l) == Activation.Linear;
            T* hSecond = batch.HSecond(l - 1, first);
            if (!zero)
            {
                MultiplyTransposed(layout, l, rows, zSecond, weights.Backward(l), hSecond);
            }

            if (direction is not null)
            {
                MultiplyTransposed(layout, l, rows, batch.Delta(l, first), direction.Backward(l), hSecond, accumulate: !zero);
            }

            present = !zero || direction is not null;
        }

        if (inputCotangent && !present)
        {
            new Span<T>(Row(batch.InputSecondCotangent, layout.Width(0), first), rows * layout.Width(0)).Clear();
        }
    }

    /// <summary>gradient = Σ_rows of the parameter gradient after <see cref="Reverse"/>.</summary>
    public static void Gradient(MlpBatch<T> batch, int first, int rows, T* gradient)
    {
        for (int l = 0; l < batch.Layout.LayerCount; l++)
        {
            Product(batch, l, first, rows, batch.H(l - 1), batch.Delta(l, first), gradient, accumulate: false);
            SumRows(batch.Layout, l, rows, batch.Delta(l, first), gradient);
        }
    }

    /// <summary>
    /// gradient += Σ_rows of the parameter gradient after <see cref="ReverseOfTangent"/>, with a direction in parameter space
    /// or, if <paramref name="inputTangent"/> is set, in the input.
    /// </summary>
    public static void AddGradientOfTangent(MlpBatch<T> batch, int first, int rows, T* gradient, bool inputTangent = false)
    {
        for (int l = 0; l < batch.Layout.LayerCount; l++)
        {
            if (l > 0 || inputTangent)
            {
                Product(batch, l, first, rows, batch.HTangent(l - 1), batch.Delta(l, first), gradient, accumulate: true);
            }

            Product(batch, l, first, rows, batch.H(l - 1), batch.ZSecond(l, first), gradient, accumulate: true);
            SumRows(batch.Layout, l, rows, batch.ZSecond(l, first), gradient, accumulate: true);
        }
    }

    /// <summary>Bias gradient: the sum of a layer's rows.</summary>
    public static void SumRows(MlpLayout layout, int layer, int rows, T* matrix, T* gradient, bool accumulate = false)
    {
        int width = layout.Width(layer + 1);
        T* bias = gradient + layout.BiasOffset(layer);
        if (!accumulate)
        {
            new Span<T>(bias, width).Clear();
        }

        for (int i = 0; i < rows; i++)
        {
            VectorLoops<T>.Add(Row(matrix, width, i), bias, width);
        }
    }

    /// <summary>The same from packed rows.</summary>
    public static void SumPackedRows(MlpLayout layout, int layer, int rows, T* packed, T* gradient, bool accumulate)
    {
        int width = layout.Width(layer + 1);
        T* bias = gradient + layout.BiasOffset(layer);
        if (!accumulate)
        {
            new Span<T>(bias, width).Clear();
        }

        for (int j = 0; j < width; j += MatrixProduct<T>.PanelWidth)
        {
            int panelWidth = Math.Min(MatrixProduct<T>.PanelWidth, width - j);
            for (int i = 0; i < rows; i++)
            {
                VectorLoops<T>.Add(packed + ((long)j * rows) + ((long)i * panelWidth), bias + j, panelWidth);
            }
        }
    }

    // dW_l = leftᵀ·right over the rows; right begins with the first of them.
    private static void Product(MlpBatch<T> batch, int layer, int first, int rows, T* left, T* right, T* gradient, bool accumulate)
    {
        MlpLayout layout = batch.Layout;
        int width = layout.Width(layer + 1);
        T* packed = batch.PackScratch + ((long)first * layout.MaxWidth);
        MatrixProduct<T>.Pack(right, width, 1, rows, layout.Size(layer + 1), packed);
        MatrixProduct<T>.Multiply(
            layout.Size(layer), layout.Size(layer + 1), rows, Row(left, layout.Width(layer), first), 1, layout.Width(layer), packed,
            gradient + layout.WeightOffset(layer), width, null, accumulate);
    }

    private static void Multiply(MlpLayout layout, int layer, int rows, T* input, T* packed, T* output, T* bias, bool accumulate = false) =>
        MatrixProduct<T>.Multiply(
            rows, layout.Size(layer + 1), layout.Size(layer), input, layout.Width(layer), 1, packed, output, layout.Width(layer + 1), bias, accumulate);

    private static void MultiplyTransposed(MlpLayout layout, int layer, int rows, T* input, T* packed, T* output, bool accumulate = false) =>
        MatrixProduct<T>.Multiply(
            rows, layout.Size(layer), layout.Size(layer + 1), input, layout.Width(layer + 1), 1, packed, output, layout.Width(layer), null, accumulate);

    private static T* Row(T* matrix, int width, int row) => matrix + ((long)row * width);
}
