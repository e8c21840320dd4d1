namespace MetaCritic.Files;

/// <summary>What a file holds.</summary>
internal enum TensorFileKind
{
    /// <summary>A meta-trained critic.</summary>
    Critic = 1,

    /// <summary>A fitted policy.</summary>
    Policy = 2,

    /// <summary>An interrupted meta-training.</summary>
    Checkpoint = 3,

    /// <summary>Learned dynamics.</summary>
    Dynamics = 4,

    /// <summary>Transitions collected by an interrupted training.</summary>
    Transitions = 5,

    /// <summary>The parameters of a module of torch.</summary>
    Module = 6,

    /// <summary>A meta-trained critic whose network is a module of torch.</summary>
    ModuleCritic = 7,

    /// <summary>A fitted policy whose network is a module of torch.</summary>
    ModulePolicy = 8,

    /// <summary>An interrupted meta-training of modules of torch.</summary>
    ModuleCheckpoint = 9,

    /// <summary>An interrupted training of a baseline.</summary>
    BaselineCheckpoint = 10,
}
