namespace MetaCritic;

/// <summary>Lends workspaces to concurrent calls; allocates only while more are out than ever before.</summary>
internal sealed class WorkspacePool(int size)
{
    private readonly Workspace?[] _idle = new Workspace?[Math.Max(16, 2 * Environment.ProcessorCount)];

    /// <summary>Takes an idle workspace, or a new one.</summary>
    public Workspace Rent()
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } workspace)
            {
                return workspace;
            }
        }

        return new Workspace(size);
    }

    /// <summary>Gives a workspace back.</summary>
    public void Return(Workspace workspace)
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is null && Interlocked.CompareExchange(ref _idle[i], workspace, null) is null)
            {
                return;
            }
        }
    }
}
