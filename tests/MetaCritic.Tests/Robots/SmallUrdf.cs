namespace MetaCritic.Tests.Robots;

/// <summary>A small URDF document whose line numbers the tests know, with lines replaced.</summary>
internal static class SmallUrdf
{
    public const string Text =
        """
        <robot name="r">
          <link name="base"/>
          <link name="arm">
            <inertial>
              <origin xyz="0.5 0 0" rpy="0 0 0"/>
              <mass value="2"/>
              <inertia ixx="0.1" ixy="0" ixz="0" iyy="0.1" iyz="0" izz="0.1"/>
            </inertial>
          </link>
          <link name="tip"/>
          <joint name="hinge" type="revolute">
            <parent link="base"/>
            <child link="arm"/>
            <origin xyz="0 0 1" rpy="0 0 0"/>
            <axis xyz="0 0 1"/>
            <limit lower="-1" upper="1" effort="5" velocity="2"/>
            <dynamics damping="0.1" friction="0"/>
          </joint>
          <joint name="end" type="fixed">
            <parent link="arm"/>
            <child link="tip"/>
            <origin xyz="1 0 0"/>
          </joint>
        </robot>
        """;

    /// <summary>The document with some lines replaced; a replacement may hold line breaks.</summary>
    public static string With(params (int Line, string Text)[] replacements)
    {
        string[] lines = Text.Split('\n');
        foreach ((int line, string text) in replacements)
        {
            lines[line - 1] = text;
        }

        return string.Join('\n', lines);
    }
}
