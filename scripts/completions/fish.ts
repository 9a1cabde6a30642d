// The completion for fish: conditions that walk over the words as the parser does.
import type { CompletedCommand, CompletedOption } from "./model.ts";
import { COMMAND_LINES, NAMES, SIGNAL_WORDS, SUBCOMMAND_SUMMARIES, TOPICS } from "./model.ts";
import { filled, lines } from "./template.ts";

/** The file that fish reads for curfew, and through links for each drop-in name. */
export function fishCompletion(): string {
  const others = COMMAND_LINES.filter(([, { operands }]) => operands !== "command");
  const setCase = (name: string, set: string) => `        case ${name}\n            set ${set}`;
  return filled("curfew.fish", {
    VALUED: lines(COMMAND_LINES, valuedCase),
    TOOLS: lines(NAMES, ([name, command]) => setCase(name, `command ${command}`)),
    OPERANDS: lines(others, ([name, { operands }]) => setCase(name, `operands ${operands}`)),
    SIGNALS: SIGNAL_WORDS.join(" "),
    OFFERED: others.flatMap(([name, { operands }]) => offeredLine(name, operands)).join("\n"),
    OPTIONS: lines(COMMAND_LINES, optionsCase),
    SUBCOMMANDS: lines(SUBCOMMAND_SUMMARIES, subcommandLine),
    SUBCOMMAND_NAMES: lines(SUBCOMMAND_SUMMARIES, ([name]) => name, " "),
    LINKS: lines(NAMES, ([name, command]) => `__curfew_link ${name} ${command}`),
  });
}

const OFFERED: Readonly<Partial<Record<CompletedCommand["operands"], string>>> = {
  pids: "-xa '(__fish_complete_pids)'",
  files: "-F",
  topics: `-xa '${TOPICS.join(" ")}'`,
};

/** What a command is offered where its operands stand. */
function offeredLine(name: string, operands: CompletedCommand["operands"]): readonly string[] {
  const words = OFFERED[operands];
  if (words === undefined) return [];
  return [`    complete -c $name -n '__curfew_in ${operands} ${name}' ${words}`];
}

function subcommandLine([name, summary]: readonly [name: string, summary: string]): string {
  return `complete -c curfew -n '__curfew_in subcommand' -xa ${name} -d ${quoted(summary)}`;
}

function valuedCase([name, { options }]: readonly [string, CompletedCommand]): string {
  const names = options.flatMap(({ names: all, value }) =>
    value === undefined || value.isOptional ? [] : all,
  );
  return `        case ${name}\n            printf '%s\\n' ${names.join(" ")}`;
}

function optionsCase([name, { options }]: readonly [string, CompletedCommand]): string {
  const lines = options.map((option) => `                ${optionLine(name, option)}`);
  return [`            case ${name}`, ...lines].join("\n");
}

function optionLine(command: string, { names, help, value }: CompletedOption): string {
  const spelled = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const parts = [
    `complete -c $name -n '__curfew_in options ${command}'`,
    ...spelled,
    `-d ${quoted(help)}`,
    ...valueParts(value),
  ];
  return parts.join(" ");
}

function valueParts(value: CompletedOption["value"]): string[] {
  if (value === undefined) return [];
  const { words, isOptional } = value;
  const takes = isOptional ? [] : [words.kind === "files" ? "-r" : "-x"];
  switch (words.kind) {
    case "choices":
      return [...takes, `-a '${words.words.join(" ")}'`];
    case "signals":
      return [...takes, "-a '(__curfew_signals)'"];
    case "pids":
      return [...takes, "-a '(__fish_complete_pids)'"];
    case "files":
      return [...takes, "-F"];
    default:
      return takes;
  }
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
