using MetaCritic.Cli.Plots;

namespace MetaCritic.Paper.Results;

/// <summary>A method that items compare: what it is called, and how it looks, in all tables and figures.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Label">What figures call it; <c>_{…}</c> is a subscript.</param>
/// <param name="Colour">Its colour in figures.</param>
/// <param name="Stroke">Its lines in figures.</param>
internal sealed record Method(string Name, string Label, string Colour, Stroke Stroke = Stroke.Solid)
{
    // Colours of Okabe and Ito, Color Universal Design (2008), and of Tol, which people with colour-blindness tell apart.
    private const string Blue = LineLook.Blue, Sky = "#56b4e9", Green = "#009e73", Forest = "#117733", Teal = "#44aa99", Indigo = "#332288";
    private const string Purple = "#aa4499", Wine = "#882255", Vermilion = LineLook.Vermilion, Orange = LineLook.Orange, Pink = "#cc79a7", Olive = "#999933";
    private const string Ink = "#222222", Grey = "#777777";

    /// <summary>The learned critic as the paper has it; on the Kuka arm with gravity compensated.</summary>
    public static Method Learned { get; } = new("learned critic", "learned critic", Blue);

    /// <summary>The learned critic with gravity acting.</summary>
    public static Method Gravity { get; } = new("learned critic, gravity on", "learned critic, gravity on", Sky);

    /// <summary>The learned critic, policies starting from drawn positions in its training.</summary>
    public static Method StartsDrawn { get; } = new("learned critic, starts drawn", "learned critic, starts drawn", Green);

    /// <summary>The same with torques for a longer arm.</summary>
    public static Method LongArm { get; } = new("starts drawn", "learned critic, starts drawn, for a long arm", Forest);

    /// <summary>The same, policies living on arms of drawn masses.</summary>
    public static Method MassesDrawn { get; } = new("starts and masses drawn", "learned critic, starts and masses drawn", Purple);

    /// <summary>The same, policies living on arms of drawn lengths.</summary>
    public static Method LengthsDrawn { get; } = new("starts and lengths drawn", "learned critic, starts and lengths drawn", Wine);

    /// <summary>The learned critic, trained on 64 goals.</summary>
    public static Method ManyGoals { get; } = new("learned critic, 64 goals", "learned critic, 64 training goals", Indigo);

    /// <summary>DDPG.</summary>
    public static Method Ddpg { get; } = new("DDPG", "DDPG", Vermilion);

    /// <summary>The online meta critic.</summary>
    public static Method MetaCritic { get; } = new("Meta Critic", "Meta Critic", Orange);

    /// <summary>The learned critic of the point mass.</summary>
    public static Method MetaLearned { get; } = new("meta-learned critic", Learned.Label, Blue);

    /// <summary>The true Q.</summary>
    public static Method TrueQ { get; } = new("true Q", "Q_{true}", Ink, Stroke.Dashed);

    /// <summary>Supervised Q from the data of the learned critic.</summary>
    public static Method Supervised { get; } = new("supervised Q, same data", "supervised Q", Pink);

    /// <summary>Supervised Q from data of its own policies.</summary>
    public static Method SupervisedOwn { get; } = new("supervised Q, own data", "supervised Q, own data", Olive);

    /// <summary>Policies that reach a goal, fitted with the learned critic.</summary>
    public static Method Reaching { get; } = new("reaching", "reaching (learned critic)", Blue);

    /// <summary>Policies that reach a goal and stay there.</summary>
    public static Method Staying { get; } = new("staying", "staying", Teal);

    /// <summary>Going to the training goal instead of the goal.</summary>
    public static Method TrainingGoal { get; } = new("going to the training goal (std²)", "going to the training goal (std²)", Grey, Stroke.Dotted);

    private static IReadOnlyList<Method> All { get; } =
    [
        Learned, Gravity, StartsDrawn, LongArm, MassesDrawn, LengthsDrawn, ManyGoals, Ddpg, MetaCritic, MetaLearned, TrueQ, Supervised, SupervisedOwn, Reaching, Staying, TrainingGoal,
        Learned.FittedFrom(drawn: false), Learned.FittedFrom(drawn: true), StartsDrawn.FittedFrom(drawn: false), StartsDrawn.FittedFrom(drawn: true),
    ];

    /// <summary>What figures call a method; the name itself if it is none that lines are drawn for.</summary>
    public static string LabelOf(string name) => All.FirstOrDefault(method => method.Name == name)?.Label ?? name;

    /// <summary>The method of a name.</summary>
    public static Method Of(string name) => All.Single(method => method.Name == name);

    /// <summary>How figures show it.</summary>
    public static implicit operator LineLook(Method method) => new(method.Label, method.Colour, method.Stroke);

    /// <summary>The method with policies fitted from one start state, or from drawn ones.</summary>
    public Method FittedFrom(bool drawn) => new(
        $"{Name}, {(drawn ? "drawn starts" : "one start")}", $"{Label}; fitted from {(drawn ? "drawn starts" : "one start")}", Colour, drawn ? Stroke.Dashed : Stroke.Solid);

    /// <summary>The paper's numbers of the method.</summary>
    public Method OfPaper() => new($"paper: {Name}", $"paper: {Label}", Colour, Stroke.Dashed);
}
