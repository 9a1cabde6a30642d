import type { DialectContext, Message } from "../../messages/messages.ts";
import { isRefusal, optionPhrase, refusalText } from "../../messages/phrases.ts";
import type { UsageError } from "../../spec/error.ts";
import { onOneLine } from "../../values/quote.ts";
import { signalNumber } from "../../values/signal.ts";

/** The text of -V. */
export function dumbInitVersion(ours: string): string {
  return `dumb-init v1.2.5 (curfew ${ours})`;
}

/** The text of -h in dumb-init 1.2.5. */
export function dumbInitUsage(name: string, ours: string): string {
  return `${dumbInitVersion(ours)}
Usage: ${name} [option] command [[arg] ...]

dumb-init is a simple process supervisor that forwards signals to children.
It is designed to run as PID1 in minimal container environments.

Optional arguments:
   -c, --single-child   Run in single-child mode.
                        In this mode, signals are only proxied to the
                        direct child and not any of its descendants.
   -r, --rewrite s:r    Rewrite received signal s to new signal r before proxying.
                        To ignore (not proxy) a signal, rewrite it to 0.
                        This option can be specified multiple times.
   -v, --verbose        Print debugging information to stderr.
   -h, --help           Print this help message and exit.
   -V, --version        Print the current version and exit.

Full help is available online at https://github.com/Yelp/dumb-init
`;
}

const REWRITE_USAGE = `Usage: -r option takes <signum>:<signum>, where <signum> is between 1 and 31.
This option can be specified multiple times.
Use --help for full usage.
`;

/** Writes a message in dumb-init's words. */
export function dumbInitWords(message: Message, spoken: DialectContext): string | undefined {
  if (message.kind === "usage") return usageOf(message, spoken);
  return linesOf(message, spoken)
    .map((line) => `[dumb-init] ${line}\n`)
    .join("");
}

function usageOf(error: UsageError, { name }: DialectContext): string | undefined {
  const phrase = optionPhrase(error);
  if (phrase !== undefined) return `${name}: ${phrase}\n`;
  if (error.code === "missing_operand") {
    return `Usage: ${name} [option] program [args]\nTry ${name} --help for full usage.\n`;
  }
  return ["-r S:R", "--rewrite S:R"].includes(error.part) ? REWRITE_USAGE : undefined;
}

const CHILD = signalNumber("SIGCHLD");
const TERM = signalNumber("SIGTERM");

function linesOf(
  message: Exclude<Message, { kind: "usage" }>,
  { utf8, ours }: DialectContext,
): readonly string[] {
  switch (message.kind) {
    case "spawn":
      if (!isRefusal(message)) return [ours];
      return [`${onOneLine(message.command)}: ${refusalText(message, utf8)}`];
    case "command-started": {
      const begun = `Child spawned with PID ${message.pid}.`;
      return message.isAlone ? [begun] : [begun, "setsid complete."];
    }
    case "signal-received": {
      const { signal, becomes } = message;
      const from = signalNumber(signal);
      const received = `Received signal ${from}.`;
      if (becomes === undefined) return [received];
      return [received, `Translating signal ${from} to ${signalNumber(becomes)}.`];
    }
    case "killing":
      return [`Forwarded signal ${signalNumber(message.signal)} to children.`];
    case "command-ended": {
      const { pid, status } = message;
      const how =
        status.kind === "exited"
          ? `exited with exit status ${status.code}`
          : `was terminated by signal ${signalNumber(status.signal)}`;
      return [
        `Received signal ${CHILD}.`,
        `A child with PID ${pid} ${how}.`,
        `Forwarded signal ${TERM} to children.`,
      ];
    }
    case "leaving":
      return [`Child exited with status ${message.code}. Goodbye.`];
    // dumb-init has no words for this.
    case "holding":
      return [];
    default:
      return [ours];
  }
}
