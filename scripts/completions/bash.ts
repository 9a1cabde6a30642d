// The completion for bash: one function that walks over the words as the parser does.
import type { CompletedCommand, CompletedOption, Words } from "./model.ts";
import { COMMAND_LINES, NAMES, SIGNAL_WORDS, SUBCOMMAND_SUMMARIES, TOPICS } from "./model.ts";
import { filled, lines } from "./template.ts";

/** The file that bash reads; it needs no other file, and uses bash-completion where that is. */
export function bashCompletion(): string {
  return filled("curfew.bash", {
    VALUES: lines(COMMAND_LINES, ([name, command]) => valueCases(name, command).join("\n")),
    OPTIONS: lines(COMMAND_LINES, optionsCase),
    OPERANDS: lines(COMMAND_LINES, operandsCase),
    SIGNALS: SIGNAL_WORDS.join(" "),
    TOOLS: lines(NAMES, ([name, command]) => `    ${name}) command=${command} ;;`),
    SUBCOMMANDS: lines(SUBCOMMAND_SUMMARIES, ([name]) => name, " "),
    NAMES: lines(NAMES, ([name]) => name, " "),
  });
}

function optionsCase([name, { options }]: readonly [string, CompletedCommand]): string {
  const names = options.flatMap((option) => option.names).join(" ");
  return `    ${name}) printf %s '${names}' ;;`;
}

function operandsCase([name, { operands }]: readonly [string, CompletedCommand]): string {
  const kind = operands === "topics" ? `'choices ${TOPICS.join(" ")}'` : operands;
  return `    ${name}) printf %s ${kind} ;;`;
}

function valueCases(name: string, { options }: CompletedCommand): string[] {
  return options.flatMap((option) => {
    const { value } = option;
    return value === undefined ? [] : valueCase(name, option, value);
  });
}

function valueCase(
  name: string,
  { names }: CompletedOption,
  { words, isOptional }: NonNullable<CompletedOption["value"]>,
): string {
  const patterns = names.map((option) => `"${name} ${option}"`).join(" | ");
  const guard = isOptional ? "[[ $3 == attached ]] && " : "";
  return `    ${patterns}) ${guard}printf %s '${kindOf(words)}' ;;`;
}

function kindOf(words: Words): string {
  return words.kind === "choices" ? `choices ${words.words.join(" ")}` : words.kind;
}
