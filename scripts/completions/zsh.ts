// The completion for zsh: specifications for `_arguments`.
import type { CompletedCommand, CompletedOption, Words } from "./model.ts";
import {
  COMMAND_LINES,
  COMMANDS,
  NAMES,
  SIGNAL_WORDS,
  SUBCOMMAND_SUMMARIES,
  TOPICS,
} from "./model.ts";
import { filled, lines } from "./template.ts";

/** The file `_curfew` of a folder in `fpath`. */
export function zshCompletion(): string {
  return filled("curfew.zsh", {
    NAMES: lines(NAMES, ([name]) => name, " "),
    SIGNALS: SIGNAL_WORDS.join(" "),
    SPECS: lines(COMMAND_LINES, commandCase),
    TOOLS: lines(NAMES, ([name, command]) => `    ${name}) _curfew_words ${command}; return ;;`),
    SUBCOMMANDS: lines(SUBCOMMAND_SUMMARIES, (row) => `    ${quoted(row.join(":"))}`),
    SUBCOMMAND_NAMES: Object.keys(COMMANDS).join("|"),
  });
}

const OPERANDS: Readonly<Record<CompletedCommand["operands"], readonly string[]>> = {
  none: [],
  pids: ["*:process:_curfew_pids"],
  files: ["*:file:_files"],
  topics: [`1:command:(${TOPICS.join(" ")})`],
  command: ["*:::command:_normal"],
  "duration-command": ["1:duration: ", "*:::command:_normal"],
};

function commandCase([name, { options, operands }]: readonly [string, CompletedCommand]): string {
  const specs = [...options.flatMap(specsOf), ...OPERANDS[operands]];
  const lines = specs.map((spec) => `        ${quoted(spec)}`);
  return [`    ${name})`, "      specs=(", ...lines, "      )", "      ;;"].join("\n");
}

/** One specification for each name. All may be repeated, so that the last one can be corrected. */
function specsOf({ names, help, value }: CompletedOption): string[] {
  const text = `[${help.replace(/[[\]\\]/g, "\\$&")}]`;
  return names.map((name) => {
    if (value === undefined) return `*${name}${text}`;
    const action = `:${value.name.replaceAll(":", "\\:")}:${actionOf(value.words)}`;
    if (value.isOptional) return `*${name}=-${text}:${action}`;
    return `*${name}${name.startsWith("--") ? "=" : "+"}${text}${action}`;
  });
}

function actionOf(words: Words): string {
  switch (words.kind) {
    case "choices":
      return `(${words.words.join(" ")})`;
    case "files":
      return "_files";
    case "signals":
      return "_curfew_signals";
    case "pids":
      return "_curfew_pids";
    default:
      return " ";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
