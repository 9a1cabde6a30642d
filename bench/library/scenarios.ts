// What the benchmark of the library measures: ways to run commands, scenes, and budgets.

export const WAYS = ["child_process", "execa", "nano-spawn", "tinyexec", "zx", "curfew"] as const;
export type Way = (typeof WAYS)[number];

/** What a command costs, in milliseconds: by the clock, of the event loop, of processors. */
export type Cost = { readonly wall: number; readonly loop: number; readonly cpu: number };

export type Scenario = {
  readonly name:
    | "no-op"
    | "1 GiB of buffers"
    | "16 at a time"
    | "1 MB"
    | "100 MB"
    | "100 MB, 1M kept"
    | "first"
    | "import";
  readonly title: string;
  /** How many commands one process runs. */
  readonly count: number;
  readonly shows: readonly (keyof Cost)[];
  /** Ways that have it; all by default. */
  readonly ways?: readonly Way[];
};

export const SCENARIOS: readonly Scenario[] = [
  { name: "no-op", title: "no-op", count: 60, shows: ["loop", "wall", "cpu"] },
  {
    name: "1 GiB of buffers",
    title: "no-op beside 1 GiB of buffers",
    count: 10,
    shows: ["loop", "wall"],
  },
  { name: "16 at a time", title: "200 no-ops, 16 at a time", count: 200, shows: ["loop", "wall"] },
  { name: "1 MB", title: "1 MB captured", count: 20, shows: ["loop", "wall"] },
  { name: "100 MB", title: "100 MB captured", count: 2, shows: ["loop", "wall", "cpu"] },
  {
    name: "100 MB, 1M kept",
    title: "100 MB, of which curfew keeps 1 MB",
    count: 10,
    shows: ["wall", "cpu"],
    ways: ["child_process", "curfew"],
  },
  { name: "first", title: "first command, import included", count: 1, shows: ["wall"] },
  { name: "import", title: "import alone", count: 1, shows: ["wall"] },
];

/** What curfew may cost at most: so many times what another way costs. */
export type Budget = {
  readonly scenario: Scenario["name"];
  readonly of: keyof Cost;
  readonly times: number;
  readonly peer: Way;
};

/** The budgets of one program per command. */
export const BUDGETS: readonly Budget[] = [
  { scenario: "no-op", of: "loop", times: 1, peer: "execa" },
  { scenario: "no-op", of: "wall", times: 1.3, peer: "execa" },
  { scenario: "first", of: "wall", times: 1, peer: "tinyexec" },
  { scenario: "100 MB, 1M kept", of: "cpu", times: 0.05, peer: "child_process" },
];
