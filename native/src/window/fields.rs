//! What TypeScript hands over as a list: a variant stands for its place in it.
//! src/linux/run/fields.ts has the same names in the same order, and a test compares the two.

/// The arguments of `spawn`.
pub enum SpawnField {
    /// What may be executed: the first that can be.
    Files,
    Argv,
    /// Executes a text file without `#!`.
    Shell,
    /// Numbers, one for each `SpawnSetting`.
    Settings,
    /// Resource, soft and hard limit of each.
    Limits,
    Cgroups,
    /// Variables of the environment to be set (`NAME=value`) or taken away (`NAME`).
    Variables,
    /// Names of variables that get the command's number.
    Own,
    /// Names of variables that get the guardian's number and start time.
    Above,
    /// Pairs: a descriptor of ours, and the number that the command is to have for it.
    Descriptors,
    /// What the guardian is called, before and behind the time when we were started.
    Title,
    /// The command's working directory; empty: ours.
    Folder,
}

/// The numbers among them; `Plan` says what each means.
pub enum SpawnSetting {
    Scope,
    Leads,
    Group,
    Namespaces,
    User,
    UserGroup,
    HasLeaf,
    Terminal,
    SaysReaped,
    StuckLimit,
    LooksForForeign,
    ContinuesStoppedOnly,
    TellsStart,
}

/// The numbers of `openRelay`; `Limits` says what each means.
pub enum RelayField {
    Total,
    Head,
    Tail,
    Terminal,
    Columns,
    Rows,
}

/// The numbers of a will; `Will` says what each means.
pub enum WillField {
    Signal,
    Grace,
    SweepLimit,
    SignalAt,
    SweepAt,
    StaysForLeftovers,
    SettleQuiet,
    SettleLimit,
}
