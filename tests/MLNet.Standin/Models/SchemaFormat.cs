using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Writes and reads the columns of a schema, hidden ones too, with those annotations that are text, numbers or vectors of them.</summary>
internal static class SchemaFormat
{
    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (DataViewSchema.Column column in schema)
        {
            writer.Write(column.Name);
            TypeFormat.Write(writer, column.Type);
            DataViewSchema.Column[] annotations = [.. column.Annotations.Schema.Where(annotation => !annotation.IsHidden)];
            writer.Write(annotations.Length);
            foreach (DataViewSchema.Column annotation in annotations)
            {
                writer.Write(annotation.Name);
                TypeFormat.Write(writer, annotation.Type);
                ValueFormat.Of(annotation.Type).WriteFrom(writer, column.Annotations.GetGetterInternal(annotation.Index));
            }
        }
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        var builder = new DataViewSchema.Builder();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            DataViewType type = TypeFormat.Read(reader);
            var annotations = new DataViewSchema.Annotations.Builder();
            int annotationCount = reader.ReadInt32();
            for (int j = 0; j < annotationCount; j++)
            {
                string kind = reader.ReadString();
                DataViewType annotationType = TypeFormat.Read(reader);
                annotations.Add(kind, annotationType, ValueFormat.Of(annotationType).ReadConstant(reader));
            }

            builder.AddColumn(name, type, annotations.ToAnnotations());
        }

        return builder.ToSchema();
    }
}

internal static class TypeFormat
{
    public static void Write(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write((byte)'V');
                writer.Write(vector.Dimensions.Length);
                foreach (int dimension in vector.Dimensions)
                {
                    writer.Write(dimension);
                }

                Write(writer, vector.ItemType);
                break;
            case KeyDataViewType key:
                writer.Write((byte)'K');
                writer.Write(key.RawType.FullName);
                writer.Write(key.Count);
                break;
            default:
                writer.Write((byte)'P');
                writer.Write(type is TextDataViewType ? "text" : type.RawType.FullName);
                break;
        }
    }

    public static DataViewType Read(BinaryReader reader)
    {
        switch ((char)reader.ReadByte())
        {
            case 'V':
                var dimensions = new int[reader.ReadInt32()];
                for (int i = 0; i < dimensions.Length; i++)
                {
                    dimensions[i] = reader.ReadInt32();
                }

                return new VectorDataViewType((PrimitiveDataViewType)Read(reader), dimensions);
            case 'K':
                return new KeyDataViewType(Type.GetType(reader.ReadString(), throwOnError: true), reader.ReadUInt64());
            case 'P':
                string name = reader.ReadString();
                return name == "text" ? TextDataViewType.Instance
                    : name == typeof(DataViewRowId).FullName ? RowIdDataViewType.Instance
                    : TypeTable.Primitive(Type.GetType(name, throwOnError: true));
            default:
                throw new FormatException("Corrupt model file: unknown type of a column.");
        }
    }
}
