namespace MetaCritic.Tables.Tests;

/// <summary>Logs of transitions.</summary>
public static class TransitionCases
{
    private const string Header = "state_0,state_1,action_0,next_state_0,next_state_1\n";

    public static IEnumerable<TableCase> All =>
    [
        // Accepted.
        new("plain", Header + "1,2,3,4,5\n5,6,7,8,9\n"),
        new("episodes, steps and times", "episode,step,time,state_0,action_0,next_state_0\n0,0,0,0.5,-0.5,0.6\n0,1,,0.6,1,0.4\n-3,0,noon,1,2,3\n"),
        new("any order, quotation marks, CRLF", "\uFEFFnext_state_1,state_0,\"state_1\", action_0,next_state_0\r\n1,2,3,4,6\r\n\r\n1e-3,+2,\"3\",4,6\r\n"),
        new("columns of the user's own", "id,state_0,action_0,motor current,next_state_0\na,1,2,x,3\n"),
        new("semicolons, as was said", "state_0;action_0;next_state_0\n1;2;3\n", null, ';'),
        new("tabs, as was said", "state_0\taction_0\tnext_state_0\n1\t2\t3\n", null, '\t'),

        // Refused.
        new("an empty state", Header + "1,,3,4,5\n", ", line 2, column \"state_1\": the cell is empty."),
        new("an empty action", Header + "1,2,3,4,5\n1,2, ,4,5\n", ", line 3, column \"action_0\": the cell is empty."),
        new("an empty next state", Header + "1,2,3,4,\n", ", line 2, column \"next_state_1\": the cell is empty."),
        new("an empty episode", "episode,state_0,action_0,next_state_0\n,1,2,3\n", ", line 2, column \"episode\": the cell is empty."),
        new("an episode with a fraction", "state_0,action_0,next_state_0,episode\n1,2,3,0.5\n", ", line 2, column \"episode\": value is \"0.5\". Give an integer."),
        new("a word", "state_0,action_0,next_state_0\n1,x,3\n", ", line 2, column \"action_0\": value is \"x\". Give a finite number, with a decimal point."),
        new("a decimal comma", "state_0;action_0;next_state_0\n1;2;0,5\n", ", line 2, column \"next_state_0\": value is \"0,5\", a decimal comma.", ';'),
        new("beyond single precision", "state_0,action_0,next_state_0\n1,-1e39,3\n", ", line 2, column \"action_0\": value is \"-1e39\". Give a number below 3.4e38."),
        new("a short row", Header + "1,2,3,4\n", ", line 2, column \"next_state_1\": the row has 4 cells, but the header has 5."),
        new("a long row", Header + "1,2,3,4,5,6\n", ", line 2, column 6: the row has 6 cells, but the header has 5."),
        new("states with a gap", "state_0,state_2,action_0,next_state_0,next_state_2\n1,2,3,4,5\n", ", line 1: there is a column \"state_2\", but no \"state_1\". Number them from 0 without gaps."),
        new("next states from 1", "state_0,action_0,next_state_1\n1,2,3\n", ", line 1: there is a column \"next_state_1\", but no \"next_state_0\"."),
        new("numbering without underscores", "state0,state2,action0,nextState0\n1,2,3,4\n", ", line 1: the column \"state0\" is unknown. Known are state_0 ..., action_0 ..., next_state_0 ..., episode; give a column of your own another name."),
        new("another letter case", "state_0,action_0,next_state_0,Next_State_1\n1,2,3,4\n", ", line 1: the column \"Next_State_1\" is unknown."),
        new("an episode in another letter case", "state_0,action_0,next_state_0,Episode\n1,2,3,4\n", ", line 1: the column \"Episode\" is unknown."),
        new("no next state", "state_0,action_0\n1,2\n", ", line 1: there is no column \"next_state_0\". A log of transitions has the columns state_0 ..., action_0 ..., next_state_0 ...; the file has \"state_0\", \"action_0\"."),
        new("a missing component of the next state", "state_0,state_1,action_0,next_state_0\n1,2,3,4\n", ", line 1: there are 2 columns of the state, but 1 of the next state. Give as many of both."),
        new("a column twice", "state_0,state_0,action_0,next_state_0\n1,2,3,4\n", ", line 1: the column \"state_0\" is there twice."),
        new("a column without a name", "state_0,,action_0,next_state_0\n1,2,3,4\n", ", line 1, column 2: the column has no name."),
        new("tabs", "state_0\taction_0\tnext_state_0\n1\t2\t3\n", ", line 1: cells are separated by tabs, not by ','. Give --separator '\\t'."),
        new("no header", "0,0,1.5,0.1\n0,1,1.5,0.2\n", ", line 1: there is no header row: the first one holds the number 0."),
        new("no rows", Header, ": there are no rows below the header."),
        new("UTF-16", System.Text.Encoding.Unicode.GetBytes("\uFEFF" + Header), ": its text is UTF-16."),
        new("gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0], ": it is compressed with gzip."),
    ];
}
