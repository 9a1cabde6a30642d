import { widthOf } from "../../../core/cli/layout.ts";
import { refusalLine } from "../../../core/show/refusal.ts";
import type { Show } from "../../../core/show/show.ts";
import { finishShow, startShow, takePiece } from "../../../core/show/show.ts";
import type { ShowSpec } from "../../../core/spec/show-spec.ts";
import { EXIT_FAILED } from "../../../core/spec/status.ts";
import { errnoName } from "../../../core/values/errno.ts";
import { localeOf } from "../../../core/values/locale.ts";
import { EAGAIN, EINTR, FOREVER, STDERR, STDIN, STDOUT } from "../../kernel/abi.ts";
import { sys } from "../../kernel/window.ts";
import { say } from "../../run/outputs.ts";

/** How much of the file is read at once, in bytes. */
const PIECE = 1 << 16;

/** `curfew show`: draws what an events file tells. The exit code. */
export function runShow(name: string, { path, format }: ShowSpec): number {
  const { utf8 } = localeOf(sys.env);
  const refuse = (errno: string | undefined) => {
    sys.write(STDERR, refusalLine(name, { path, errno }, utf8));
    return EXIT_FAILED;
  };
  const descriptor = path === "-" ? STDIN : sys.openToRead(path);
  if (descriptor < 0) return refuse(errnoName(-descriptor));
  const show = startShow();
  const failure = readAll(descriptor, show);
  if (failure !== 0) return refuse(errnoName(failure));
  const columns = widthOf(sys.env("COLUMNS"), sys.terminalSize(STDOUT)[0] ?? 0);
  const text = finishShow(show, format, { utf8, columns });
  if (text === undefined) return refuse(undefined);
  const printed = sys.write(STDOUT, text);
  if (printed === 0) return 0;
  say({ name, utf8 }, { kind: "cannot-print", errno: errnoName(-printed) });
  return EXIT_FAILED;
}

/** Reads to the end of the file: 0, or the errno of the read that failed. */
function readAll(descriptor: number, show: Show): number {
  for (;;) {
    const piece = sys.readNow(descriptor, PIECE);
    if (piece === "") return 0;
    if (typeof piece === "string") takePiece(show, piece);
    else if (piece === -EAGAIN) sys.wait([descriptor], FOREVER);
    else if (piece !== -EINTR) return -piece;
  }
}
