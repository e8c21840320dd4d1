using MetaCritic.Cli.Output;

namespace MetaCritic.Tests.Shared;

/// <summary>Runs of a program that are cancelled while they go on.</summary>
internal static class CancelledRuns
{
    /// <summary>Runs something that is cancelled at its n-th report, for several n as long as that stops it.</summary>
    /// <param name="context">Takes note of how many runs were stopped.</param>
    /// <param name="reports">The numbers of reports, in rising order.</param>
    /// <param name="check">Is handed n and what runs the program with arguments until then.</param>
    /// <returns>How many runs were stopped.</returns>
    public static async Task<int> AtReports(TestContext context, IEnumerable<int> reports, Func<int, Func<string[], Task<ToolRun>>, Task> check)
    {
        int points = 0;
        foreach (int n in reports)
        {
            bool ended = false;
            try
            {
                await check(n, async args =>
                {
                    using CancellationTokenSource cancellation = new();
                    using StringWriter output = new();
                    using CancellingWriter error = new(n, cancellation);
                    int code = await ProgramUnderTest.Program.RunAsync(args, new Terminal(output, TextWriter.Synchronized(error)), cancellation.Token);
                    ended = code == 0;
                    return new ToolRun(code, output.ToString(), error.ToString());
                });
            }
            catch (AssertFailedException) when (ended)
            {
                break; // it came to its end: there is no such report, or nothing to do after it
            }

            points++;
        }

        context.WriteLine($"{points} points of cancellation");
        return points;
    }

    /// <summary>Cancels when the n-th line is written.</summary>
    private sealed class CancellingWriter(int n, CancellationTokenSource cancellation) : StringWriter
    {
        private int _lines;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (++_lines == n)
            {
                cancellation.Cancel();
            }
        }
    }
}
