using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms
{
    public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
    {
        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingEstimator(string output, string[] inputs)
        {
            ArgumentException.ThrowIfNullOrEmpty(output);
            ArgumentNullException.ThrowIfNull(inputs);
            _output = output;
            _inputs = inputs;
        }

        public ColumnConcatenatingTransformer Fit(IDataView input)
        {
            ArgumentNullException.ThrowIfNull(input);
            var transformer = new ColumnConcatenatingTransformer(_output, _inputs);
            transformer.GetOutputSchema(input.Schema);
            return transformer;
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            ArgumentNullException.ThrowIfNull(inputSchema);
            SchemaShape.Column[] sources = [.. _inputs.Select(name => inputSchema.Find(name) ?? throw Mismatch.Missing("input", name))];
            SchemaShape.Column first = sources[0];
            foreach (SchemaShape.Column source in sources)
            {
                if (!source.ItemType.Equals(first.ItemType) || source.IsKey)
                {
                    throw Mismatch.Type("input", source.Name, first.ItemType.ToString(), source.Describe());
                }
            }

            bool variable = sources.Any(source => source.Kind == SchemaShape.Column.VectorKind.VariableVector);
            bool names = !variable && sources.Any(source => source.Kind == SchemaShape.Column.VectorKind.Scalar || source.Annotations.Find(AnnotationKinds.SlotNames) is not null);
            var kind = variable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector;
            var annotations = new List<SchemaShape.Column>();
            if (sources.All(source => source.Annotations.Find(AnnotationKinds.IsNormalized) is not null))
            {
                annotations.Add(new(AnnotationKinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false));
            }

            if (names)
            {
                annotations.Add(new(AnnotationKinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));
            }

            return inputSchema.With([new SchemaShape.Column(_output, kind, first.ItemType, false, new SchemaShape(annotations))]);
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
    {
        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingTransformer(string output, string[] inputs)
        {
            if (inputs.Length == 0)
            {
                throw new ArgumentOutOfRangeException("inputColumnNames", "Concatenate needs at least one input column.");
            }

            _output = output;
            _inputs = inputs;
        }

        internal static ColumnConcatenatingTransformer Load(ModelLoadContext context)
        {
            string output = context.Reader.ReadString();
            var inputs = new string[context.Reader.ReadInt32()];
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = context.Reader.ReadString();
            }

            return new(output, inputs);
        }

        private protected override RowMapping Bind(DataViewSchema inputSchema)
        {
            DataViewSchema.Column[] sources = [.. _inputs.Select(name => inputSchema.GetColumnOrNull(name) ?? throw Mismatch.Missing("input", name))];
            PrimitiveDataViewType item = sources[0].Type.ItemType();
            foreach (DataViewSchema.Column source in sources)
            {
                if (!source.Type.ItemType().Equals(item) || item is KeyDataViewType)
                {
                    throw Mismatch.Type("input", source.Name, item.ToString(), source.Type.ItemType().ToString());
                }
            }

            return (RowMapping)Activator.CreateInstance(typeof(Mapping<>).MakeGenericType(item.RawType), inputSchema, sources, Describe(sources, item));
        }

        private protected override void SaveModel(ModelSaveContext ctx)
        {
            ctx.SetSignature("Concatenate");
            ctx.Writer.Write(_output);
            ctx.Writer.Write(_inputs.Length);
            foreach (string input in _inputs)
            {
                ctx.Writer.Write(input);
            }
        }

        private DataViewSchema.DetachedColumn Describe(DataViewSchema.Column[] sources, PrimitiveDataViewType item)
        {
            if (sources.Length == 1 && sources[0].Type is VectorDataViewType)
            {
                return new DataViewSchema.DetachedColumn(_output, sources[0].Type, sources[0].Annotations);
            }

            bool known = sources.All(source => source.Type is not VectorDataViewType { IsKnownSize: false });
            int size = known ? sources.Sum(source => (source.Type as VectorDataViewType)?.Size ?? 1) : 0;
            var annotations = new DataViewSchema.Annotations.Builder();
            if (sources.All(source => source.IsNormalized()))
            {
                annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
            }

            if (known && sources.Any(source => source.Type is not VectorDataViewType || source.HasSlotNames()))
            {
                ReadOnlyMemory<char>[] names = [.. sources.SelectMany(Names)];
                annotations.Add(AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, size),
                    (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
            }

            return new DataViewSchema.DetachedColumn(_output, new VectorDataViewType(item, size), annotations.ToAnnotations());
        }

        private static IEnumerable<ReadOnlyMemory<char>> Names(DataViewSchema.Column source)
        {
            if (source.Type is not VectorDataViewType vector)
            {
                return [source.Name.AsMemory()];
            }

            if (!source.HasSlotNames())
            {
                return new ReadOnlyMemory<char>[vector.Size];
            }

            VBuffer<ReadOnlyMemory<char>> names = default;
            source.GetSlotNames(ref names);
            return names.DenseValues().Select(name => name.IsEmpty ? default : $"{source.Name}.{name}".AsMemory());
        }

        private sealed class Mapping<TItem> : RowMapping
        {
            private readonly DataViewSchema.Column[] _sources;

            public Mapping(DataViewSchema schema, DataViewSchema.Column[] sources, DataViewSchema.DetachedColumn output)
                : base(schema, [output]) => _sources = sources;

            public override Delegate[] CreateGetters(DataViewRow input, bool[] activeAdded)
            {
                if (!activeAdded[0])
                {
                    return [null];
                }

                Action<List<TItem>>[] parts = [.. _sources.Select(source => Part(input, source))];
                var values = new List<TItem>();
                return
                [
                    (ValueGetter<VBuffer<TItem>>)((ref VBuffer<TItem> value) =>
                    {
                        values.Clear();
                        foreach (Action<List<TItem>> part in parts)
                        {
                            part(values);
                        }

                        var editor = VBufferEditor.Create(ref value, values.Count);
                        values.CopyTo(editor.Values);
                        value = editor.Commit();
                    }),
                ];
            }

            protected override void AddDependencies(bool[] activeAdded, bool[] needed)
            {
                foreach (DataViewSchema.Column source in activeAdded[0] ? _sources : [])
                {
                    needed[source.Index] = true;
                }
            }

            private static Action<List<TItem>> Part(DataViewRow row, DataViewSchema.Column source)
            {
                if (source.Type is VectorDataViewType)
                {
                    ValueGetter<VBuffer<TItem>> vector = row.GetGetter<VBuffer<TItem>>(source);
                    VBuffer<TItem> buffer = default;
                    return values =>
                    {
                        vector(ref buffer);
                        if (buffer.IsDense)
                        {
                            values.AddRange(buffer.GetValues());
                        }
                        else
                        {
                            values.AddRange(buffer.DenseValues());
                        }
                    };
                }

                ValueGetter<TItem> scalar = row.GetGetter<TItem>(source);
                return values =>
                {
                    TItem value = default;
                    scalar(ref value);
                    values.Add(value);
                };
            }
        }
    }
}
