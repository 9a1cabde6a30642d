// Which man pages there are: made from which part of which document, with which options.
import { SCINIT_ALIASES, SCINIT_UNSET } from "../../src/core/cli/drop-in/scinit-options.ts";
import { INIT_OPTIONS } from "../../src/core/cli/options/init.ts";
import { INSPECT_OPTIONS } from "../../src/core/cli/options/inspect.ts";
import { CONFIG_OPTIONS, DOCTOR_OPTIONS, KILL_OPTIONS } from "../../src/core/cli/options/kill.ts";
import type { Names } from "../../src/core/cli/options/option.ts";
import { RUN_OPTIONS, TIMEOUT_OPTIONS } from "../../src/core/cli/options/options.ts";
import { SHOW_OPTIONS } from "../../src/core/cli/options/show.ts";
import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../src/core/spec/defaults.ts";
import { INSPECT_DEFAULTS } from "../../src/core/spec/inspect-spec.ts";
import { CONFIG_DEFAULTS, DOCTOR_DEFAULTS, KILL_DEFAULTS } from "../../src/core/spec/kill-spec.ts";
import { SHOW_DEFAULTS } from "../../src/core/spec/show-spec.ts";
import { optionList } from "./options.ts";

/** A man page. */
export type Page = {
  readonly name: string;
  readonly section: 1 | 5 | 7;
  /** What `apropos` and `whatis` find. */
  readonly summary: string;
  /** The document that the page is made from. */
  readonly document: string;
  /** The one section of the document that is taken or left out; without it, all is taken. */
  readonly part?: { readonly only: string } | { readonly without: string };
  readonly command?: Command;
};

/** What a page about a command has besides its document. */
export type Command = {
  readonly synopsis: readonly string[];
  /** The options, as a list in roff. */
  readonly list: string;
  /** The rows that `list` was made from. */
  readonly options: readonly Names[];
  /** The generated part of the document that `list` takes the place of; else it comes first. */
  readonly replaces?: string;
};

const ALIASES = optionList(SCINIT_ALIASES, { ...INIT_DEFAULTS, ...SCINIT_UNSET });
const SCINIT = `\n.SS "scinit's names for some of these options"\n${ALIASES}`;

/** The pages of section 7: what `apropos` finds, and the document where it has another name. */
const MORE: readonly (readonly [name: string, summary: string, document?: string])[] = [
  ["guarantees", "what curfew guarantees, with which containment, and what it cannot"],
  ["reload", "live reload, held sockets and readiness of curfew init"],
  ["sockets", "how a server takes a socket from curfew init", "docs/how-to/sockets.md"],
  ["deadlines", "limits by date, inherited deadlines, the end of stdin, and heartbeats"],
  ["spare", "processes that curfew may leave running"],
  ["recipes", "curfew in CI, containers, scripts and service managers"],
  ["control", "starting curfew from a program"],
  ["guardian", "the process of curfew that outlives it"],
  ["glossary", "the words of curfew's pages"],
];

/** All pages. A link between two documents becomes a reference from page to page. */
export const PAGES: readonly Page[] = [
  {
    name: "curfew",
    section: 1,
    summary: "run a command, and terminate everything it started",
    document: "docs/curfew.md",
  },
  {
    name: "curfew-run",
    section: 1,
    summary: "run a command, and terminate everything it started",
    document: "docs/run.md",
    command: {
      synopsis: ["curfew run [OPTION]... [--] COMMAND [ARG]..."],
      list: optionList(RUN_OPTIONS, RUN_DEFAULTS),
      options: RUN_OPTIONS,
      replaces: "run help",
    },
  },
  {
    name: "curfew-timeout",
    section: 1,
    summary: "run a command with a time limit, with GNU timeout's command line",
    document: "docs/timeout.md",
    command: {
      synopsis: ["curfew timeout [OPTION]... DURATION COMMAND [ARG]..."],
      list: optionList(TIMEOUT_OPTIONS, TIMEOUT_DEFAULTS),
      options: TIMEOUT_OPTIONS,
      replaces: "help",
    },
  },
  {
    name: "curfew-init",
    section: 1,
    summary: "run a command as the first process of a container, and restart it on a change",
    document: "docs/init.md",
    command: {
      synopsis: ["curfew init [OPTION]... [--] COMMAND [ARG]..."],
      list: optionList(INIT_OPTIONS, INIT_DEFAULTS) + SCINIT,
      options: [...INIT_OPTIONS, ...SCINIT_ALIASES],
      replaces: "init options",
    },
  },
  {
    name: "curfew-kill",
    section: 1,
    summary: "terminate running processes with everything they started",
    document: "docs/kill.md",
    command: {
      synopsis: ["curfew kill [OPTION]... PID..."],
      list: optionList(KILL_OPTIONS, KILL_DEFAULTS),
      options: KILL_OPTIONS,
      replaces: "kill help",
    },
  },
  {
    name: "curfew-doctor",
    section: 1,
    summary: "report what curfew can guarantee on this machine, and what prevents more",
    document: "docs/doctor.md",
    command: {
      synopsis: ["curfew doctor [OPTION]..."],
      list: optionList(DOCTOR_OPTIONS, DOCTOR_DEFAULTS),
      options: DOCTOR_OPTIONS,
    },
  },
  {
    name: "curfew-inspect",
    section: 1,
    summary: "draw a process tree as it is now, and what each process waits for",
    document: "docs/inspect.md",
    command: {
      synopsis: ["curfew inspect [OPTION]... [PID]..."],
      list: optionList(INSPECT_OPTIONS, INSPECT_DEFAULTS),
      options: INSPECT_OPTIONS,
      replaces: "inspect help",
    },
  },
  {
    name: "curfew-show",
    section: 1,
    summary: "draw a timeline of a run from the file that --events has written",
    document: "docs/show.md",
    command: {
      synopsis: ["curfew show [OPTION]... EVENTS"],
      list: optionList(SHOW_OPTIONS, SHOW_DEFAULTS),
      options: SHOW_OPTIONS,
      replaces: "show help",
    },
  },
  {
    name: "curfew-config",
    section: 1,
    summary: "print the value of each option without a command line, and where it was set",
    document: "docs/configuration.md",
    part: { only: "curfew config" },
    command: {
      synopsis: ["curfew config [OPTION]..."],
      list: optionList(CONFIG_OPTIONS, CONFIG_DEFAULTS),
      options: CONFIG_OPTIONS,
    },
  },
  {
    name: "curfew-report",
    section: 5,
    summary: "what curfew says about a run, as a JSON object",
    document: "docs/report.md",
    part: { without: "Events" },
  },
  {
    name: "curfew-events",
    section: 5,
    summary: "what happens during a run of curfew, as lines of JSON",
    document: "docs/report.md",
    part: { only: "Events" },
  },
  {
    name: "curfew-config",
    section: 5,
    summary: "configuration files and profiles of curfew",
    document: "docs/configuration.md",
    part: { without: "curfew config" },
  },
  ...MORE.map(
    ([name, summary, document = `docs/${name}.md`]): Page => ({
      name: `curfew-${name}`,
      section: 7,
      summary,
      document,
    }),
  ),
];
