namespace MetaCritic.Tests.Robots;

/// <summary>A small MJCF document with most of what is read, whose line numbers the tests know.</summary>
internal static class SmallMjcf
{
    public const string Text =
        """
        <mujoco model="m">
          <compiler angle="radian"/>
          <option gravity="0 0 -10"/>
          <default>
            <joint damping="0.1" armature="0.02"/>
            <default class="finger"><joint type="slide" axis="1 0 0" range="0 0.04" frictionloss="0.3"/></default>
          </default>
          <worldbody>
            <geom type="plane" size="1 1 0.1"/>
            <body name="arm" pos="0 0 1">
              <joint name="hinge" axis="0 1 0" range="-1 1"/>
              <inertial pos="0.5 0 0" mass="2" diaginertia="0.1 0.2 0.15"/>
              <geom type="capsule" size="0.05" fromto="0 0 0 1 0 0"/>
              <body name="left" pos="1 0 0" childclass="finger"><joint name="left"/><geom type="box" size="0.1 0.2 0.3" mass="0.5"/></body>
              <body name="right" pos="1 0 0" childclass="finger"><joint name="right" axis="-1 0 0"/><geom size="0.1" density="500"/></body>
            </body>
          </worldbody>
          <actuator><motor joint="hinge" gear="3" ctrlrange="-2 2"/><position joint="left" forcerange="-5 5"/></actuator>
          <equality><joint joint1="right" joint2="left"/></equality>
        </mujoco>
        """;

    /// <summary>The document with some lines replaced.</summary>
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
