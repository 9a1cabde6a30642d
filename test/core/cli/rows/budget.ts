/** The same as in commands.ts. */
type SubcommandRow = readonly [
  cites: string,
  subcommand: string,
  line: string,
  asks: string,
  environment?: string,
];

const TIME =
  "a time such as 2027-01-31T17:30:00Z or 2027-01-31T18:30:00+01:00, or @ and seconds since 1970";
const SECONDS = "seconds since 1970, such as 1800000000.5";
const PROCESS = "PID:START_TIME, such as 4711:123456";
const DURATION = "a duration such as 10, 1.5h or 1m30s; units are us, ms, s, m, h and d";
const SET = "isBudgeted=true";
const ABOVE = "CURFEW_DEADLINE_FROM=7:9";
const INHERITED = '{"at":1500000,"from":{"pid":7,"startTime":9}}';

/** Ends by the time of day and by stdin, deadlines of the environment, signs of life. */
export const BUDGET_LINES: readonly SubcommandRow[] = [
  ["ours", "run", "--until 1970-01-01T00:00:01.5Z a", `until=1500000 ${SET} a`],
  ["ours", "run", "--until @1.5 a", `until=1500000 ${SET} a`],
  ["ours", "init", "--until=@2 a", `until=2000000 ${SET} a`],
  ["ours", "run", "--until 1.5 a", `bad_time|--until TIME|1.5|${TIME}`],
  ["ours", "run", "--until 17:30 a", `bad_time|--until TIME|17:30|${TIME}`],
  ["ours", "run", "--until tomorrow a", `bad_time|--until TIME|tomorrow|${TIME}`],
  [
    "ours",
    "run",
    "--until 2027-01-31T17:30:00 a",
    `bad_time|--until TIME|2027-01-31T17:30:00|${TIME}`,
  ],
  ["ours", "run", '--until "" a', `bad_time|--until TIME|""|${TIME}`],
  ["ours", "run", "--until", `missing_value|--until TIME||${TIME}`],
  ["ours", "run", "--until @1 --until @3 a", `until=3000000 ${SET} a`],
  ["ours", "run", "--propagate-deadline a", `propagatesDeadline=true ${SET} a`],
  ["ours", "init", "--propagate-deadline a", `propagatesDeadline=true ${SET} a`],
  [
    "ours",
    "run",
    "--propagate-deadline=1 a",
    "unexpected_value|--propagate-deadline|1|--propagate-deadline without a value",
  ],
  ["ours", "run", "a", `inherited=${INHERITED} ${SET} a`, `CURFEW_DEADLINE=1.5 ${ABOVE}`],
  ["ours", "init", "a", `inherited=${INHERITED} ${SET} a`, `CURFEW_DEADLINE=1.5 ${ABOVE}`],
  ["ours", "run", "a", `inherited=${INHERITED} ${SET} a`, `CURFEW_DEADLINE=@1.5 ${ABOVE}`],
  ["ours", "run", "--ignore-deadline a", "ignoresDeadline=true a", `CURFEW_DEADLINE=1 ${ABOVE}`],
  ["ours", "run", "--ignore-deadline a", "ignoresDeadline=true a", "CURFEW_DEADLINE=x"],
  ["ours: a process without a name is above none", "run", "a", "a", "CURFEW_DEADLINE=1.5"],
  ["ours", "run", "a", "a", "CURFEW_DEADLINE=1.5 CURFEW_DEADLINE_FROM="],
  ["ours", "run", "a", "a", `CURFEW_DEADLINE= ${ABOVE}`],
  ["ours", "run", "a", "a", ABOVE],
  ["ours", "run", "a", `bad_time|CURFEW_DEADLINE|x|${SECONDS}`, "CURFEW_DEADLINE=x"],
  ["ours", "run", "a", `bad_time|CURFEW_DEADLINE|-1|${SECONDS}`, `CURFEW_DEADLINE=-1 ${ABOVE}`],
  ["ours", "init", "a", `bad_time|CURFEW_DEADLINE|1s|${SECONDS}`, `CURFEW_DEADLINE=1s ${ABOVE}`],
  ...["7", "7:", ":9", "0:9", "7:x", "99999999:9", "7:9:1", "~7:9"].map(
    (from): SubcommandRow => [
      "ours",
      "run",
      "a",
      `bad_pid|CURFEW_DEADLINE_FROM|${from.replaceAll("~", " ")}|${PROCESS}`,
      `CURFEW_DEADLINE=1 CURFEW_DEADLINE_FROM=${from}`,
    ],
  ),
  [
    "ours: timeout and the tools do not read it",
    "timeout",
    "5 a",
    "timeout=5000000 a",
    "CURFEW_DEADLINE=x",
  ],
  ...["tini", "dumb-init", "catatonit", "scinit"].map(
    (tool): SubcommandRow => ["ours", tool, "a", "a", "CURFEW_DEADLINE=x"],
  ),
  ["ours", "run", "--end-with-stdin a", `endsWithStdin=true ${SET} a`],
  ["ours", "run", "--heartbeat 30 a", `heartbeat=30000000 ${SET} a`],
  ["ours", "run", "--heartbeat 0 a", "a"],
  ["ours", "init", "--heartbeat 1m a", `heartbeat=60000000 ${SET} a`],
  ["ours", "run", "--heartbeat x a", `bad_duration|--heartbeat DURATION|x|${DURATION}`],
];
