import type { Message } from "../../core/messages/messages.ts";
import type { ControlNews } from "../../core/report/control-line.ts";
import { LONGEST_CONTROL, parseControl } from "../../core/report/control-line.ts";
import type { Event } from "../../core/report/event.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Instant } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
import { utf8Of } from "../../core/values/utf8.ts";
import { EAGAIN, NO_DESCRIPTOR } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** The descriptor of --control, and what was read from it and not yet taken. */
export type ControlInput = {
  /** Closed when its end has come, unless the events go there. */
  fd: number;
  readonly isShared: boolean;
  text: string;
  /** The line that `text` begins with is too long. Only its end is still looked for. */
  isTooLong: boolean;
};

/** What a caller says by the descriptor of --control. Its end is the end of the caller. */
export type CallerNews = ControlNews | Extract<Event, { type: "caller-gone" }>;

/** Opens the descriptor of --control, or says why it cannot be read. */
export function openControl({ control: fd, events }: Spec): ControlInput | Message {
  if (fd === undefined) return inputOf(NO_DESCRIPTOR, false);
  // A socket has both directions; the events have taken it already.
  if (events?.kind === "fd" && events.fd === fd) return inputOf(fd, true);
  const answer = sys.takeDescriptor(fd, 1);
  if (answer >= 0) return inputOf(answer, false);
  return { kind: "no-control", given: `fd:${fd}`, errno: errnoName(-answer) };
}

function inputOf(fd: number, isShared: boolean): ControlInput {
  return { fd, isShared, text: "", isTooLong: false };
}

/** The next control line that has come, or the end of the caller, which is told once. */
export function controlNews(input: ControlInput, at: Instant): CallerNews | undefined {
  for (;;) {
    const line = nextLine(input);
    if (line !== undefined) return parseControl(line, at);
    const chunk = readChunk(input);
    if (chunk === undefined) return undefined;
    if (chunk === "") return end(input, at);
    input.text += chunk;
  }
}

/** What has come before the command was started. It may call the start off. */
export function newsBeforeStart(
  input: ControlInput,
  at: Instant,
): Extract<Event, { type: "called-off" }> | readonly CallerNews[] {
  const all: CallerNews[] = [];
  for (let news = controlNews(input, at); news !== undefined; news = controlNews(input, at)) {
    if (news.type === "cancelled" || news.type === "caller-gone") {
      return { type: "called-off", at, by: news };
    }
    all.push(news);
  }
  return all;
}

/** The first whole line of what was read. Of a line that is too long a part stands for it. */
function nextLine(input: ControlInput): string | undefined {
  const { text } = input;
  const end = text.indexOf("\n");
  if (input.isTooLong) {
    input.text = end < 0 ? "" : text.slice(end + 1);
    input.isTooLong = end < 0;
    return end < 0 ? undefined : nextLine(input);
  }
  if (end < 0 && text.length <= LONGEST_CONTROL) return undefined;
  input.isTooLong = end < 0;
  input.text = end < 0 ? "" : text.slice(end + 1);
  return utf8Of(end < 0 ? text : text.slice(0, end));
}

/** Some of what has come; empty: the end. `undefined`: nothing has come. */
function readChunk({ fd }: ControlInput): string | undefined {
  if (fd < 0 || sys.wait([fd], 0) <= 0) return undefined;
  const chunk = sys.readNow(fd, LONGEST_CONTROL);
  if (typeof chunk === "string") return chunk;
  // A descriptor that cannot be read any more tells nothing more.
  return chunk === -EAGAIN ? undefined : "";
}

/** The end of the caller. A line without its newline was cut off, and means nothing. */
function end(input: ControlInput, at: Instant): CallerNews {
  if (input.text !== "") {
    const cut = parseControl("", at);
    input.text = "";
    return cut;
  }
  if (!input.isShared) sys.close(input.fd);
  input.fd = NO_DESCRIPTOR;
  return { type: "caller-gone", at };
}
