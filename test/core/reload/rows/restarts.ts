import type { Signal } from "../../../../src/core/values/signal.ts";
import { delivered, died, exited, signal, spawned, spawnFailed } from "../../run/transcript.ts";
import type { ReloadInput } from "../transcript.ts";
import { all, changed, changedAt, of, ready, unused } from "../transcript.ts";

/** What happens to a service, and the sentences about restarts and sockets that curfew says. */
export type Course = {
  readonly name: string;
  readonly call: string;
  readonly course: readonly (readonly [seconds: number, input: ReloadInput])[];
  readonly says: readonly string[];
};

const begun = [0, of(1, spawned)] as const;
const failed = [1, unused(of(1, exited(1)))] as const;
const told = (name: Signal) => all(signal(name));

const UNUSED =
  "no process accepted a connection on '127.0.0.1:80': curfew holds that address, so the server has to take " +
  "descriptor 3 (LISTEN_FDS=1)";

const RESTARTED: readonly Course[] = [
  {
    name: "the path, the end of the old one, and when the new one began",
    call: "init --watch src cmd",
    course: [begun, [5, changed], [6, of(1, exited(0))], [6.5, of(2, spawned)]],
    says: [
      "'src' changed: generation 1 exited with code 0 after 6.00s, " +
        "generation 2 began 1.50s after the change",
    ],
  },
  {
    name: "the first path counts, and whether there were others",
    call: "init --watch src cmd",
    course: [
      begun,
      [5, changedAt("src/a")],
      [5.1, changedAt("src/b")],
      [6, of(1, died("SIGTERM"))],
      [6, of(2, spawned)],
      [7, changedAt("src/c")],
      [7.1, changedAt("src/c")],
      [8, of(2, died("SIGTERM"))],
      [8, of(3, spawned)],
    ],
    says: [
      "'src/a' and others changed: generation 1 died of signal TERM after 6.00s, " +
        "generation 2 began 1.00s after the change",
      "'src/c' changed: generation 2 died of signal TERM after 2.00s, " +
        "generation 3 began 1.00s after the change",
    ],
  },
  {
    name: "a change, and a signal that does not wait for its debounce: what came first",
    call: "init --watch src --reload-signal HUP cmd",
    course: [
      begun,
      [5, changed],
      [5.1, told("SIGHUP")],
      [6, of(1, exited(0))],
      [6, of(2, spawned)],
    ],
    says: [
      "'src' changed: generation 1 exited with code 0 after 6.00s, " +
        "generation 2 began 1.00s after the change",
    ],
  },
  {
    name: "a signal",
    call: "init --reload-signal HUP cmd",
    course: [begun, [5, told("SIGHUP")], [6, of(1, exited(0))], [6, of(2, spawned)]],
    says: [
      "signal HUP: generation 1 exited with code 0 after 6.00s, " +
        "generation 2 began 1.00s after the signal",
    ],
  },
  {
    name: "a generation that had crashed before",
    call: "init --watch src cmd",
    course: [begun, [5, of(1, exited(3))], [60, changed], [61, of(2, spawned)]],
    says: [
      "'src' changed: generation 1 had exited with code 3 after 5.00s, " +
        "generation 2 began 1.00s after the change",
    ],
  },
  {
    name: "with a sign of readiness: when the old one has ended, which is later",
    call: "init --watch src --ready notify cmd",
    course: [begun, [5, changed], [6, of(2, spawned)], [7, ready(2)], [20, of(1, exited(0))]],
    says: [
      "'src' changed: generation 1 exited with code 0 after 20.0s, " +
        "generation 2 was ready 2.00s after the change",
    ],
  },
  {
    name: "a generation that starts alone and is ready later",
    call: "init --watch src --ready notify cmd",
    course: [begun, [1, of(1, exited(1))], [5, changed], [6, of(2, spawned)], [9, ready(2)]],
    says: [
      "'src' changed: generation 1 had exited with code 1 after 1.00s, " +
        "generation 2 was ready 4.00s after the change",
    ],
  },
  {
    name: "a generation that starts alone and ends before it is ready",
    call: "init --watch src --ready notify cmd",
    course: [
      begun,
      [1, of(1, exited(1))],
      [5, changed],
      [6, of(2, spawned)],
      [9, of(2, exited(1))],
    ],
    says: [
      "'src' changed: generation 1 had exited with code 1 after 1.00s, " +
        "generation 2 ended before it was ready, 4.00s after the change",
    ],
  },
  {
    name: "a generation that takes no place has no restart",
    call: "init --watch src --ready notify cmd",
    course: [
      begun,
      [5, changed],
      [6, of(2, spawned)],
      [7, of(2, exited(1))],
      [9, of(1, exited(0))],
    ],
    says: [],
  },
  {
    name: "a generation that cannot be started has none either",
    call: "init --watch src cmd",
    course: [
      begun,
      [5, changed],
      [6, of(1, exited(0))],
      [6.1, of(2, spawnFailed("not_found", "ENOENT"))],
    ],
    says: [],
  },
  {
    name: "a change while the new one starts is the cause of the one after it",
    call: "init --watch src cmd",
    course: [
      begun,
      [5, changedAt("a")],
      [5.5, changedAt("b")],
      [6, of(1, exited(0))],
      [6, of(2, spawned)],
      [7, of(2, exited(0))],
      [7, of(3, spawned)],
    ],
    says: [
      "'a' changed: generation 1 exited with code 0 after 6.00s, " +
        "generation 2 began 1.00s after the change",
      "'b' changed: generation 2 exited with code 0 after 1.00s, " +
        "generation 3 began 1.50s after the change",
    ],
  },
  {
    name: "--quiet",
    call: "init --quiet --watch src cmd",
    course: [begun, [5, changed], [6, of(1, exited(0))], [9, of(2, spawned)]],
    says: [],
  },
  {
    name: "a link name tells nothing, as scinit",
    call: "scinit --live-reload --watch-path src cmd",
    course: [begun, [5, changed], [6, of(1, exited(0))], [9, of(2, spawned)]],
    says: [],
  },
];

const UNUSED_SOCKETS: readonly Course[] = [
  {
    name: "a server that takes no socket and fails",
    call: "init --listen 80 --watch src cmd",
    course: [begun, failed],
    says: [UNUSED],
  },
  {
    name: "without --watch",
    call: "init --listen 80 cmd",
    course: [begun, failed],
    says: [UNUSED],
  },
  {
    name: "the next generation of a program that does not know it, too",
    call: "init --listen 80 --watch src cmd",
    course: [begun, failed, [2, changed], [3, of(2, spawned)], [4, unused(of(2, exited(1)))]],
    says: [
      UNUSED,
      "'src' changed: generation 1 had exited with code 1 after 1.00s, " +
        "generation 2 began 1.00s after the change",
      UNUSED,
    ],
  },
  {
    name: "a new generation beside the old one",
    call: "init --listen 80 --watch src --ready notify cmd",
    course: [begun, [2, changed], [3, of(2, spawned)], [4, unused(of(2, exited(1)))]],
    says: [UNUSED],
  },
  {
    name: "a server that has taken one",
    call: "init --listen 80 cmd",
    course: [begun, [1, of(1, exited(1))]],
    says: [],
  },
  {
    name: "a server that takes none and ends with 0, as one that makes nothing of the refused address",
    call: "init --listen 80 --watch src cmd",
    course: [begun, [1, unused(of(1, exited(0)))]],
    says: [UNUSED],
  },
  {
    name: "an expected code",
    call: "init --listen 80 --expect-exit 1 cmd",
    course: [begun, failed],
    says: [],
  },
  {
    name: "a server that a signal ended",
    call: "init --listen 80 --watch src cmd",
    course: [begun, [1, unused(of(1, died("SIGSEGV")))]],
    says: [],
  },
  {
    name: "a server that was told to end",
    call: "init --listen 80 --watch src cmd",
    course: [begun, [1, changed], [2, unused(of(1, exited(1)))], [3, of(2, spawned)]],
    says: [
      "'src' changed: generation 1 exited with code 1 after 2.00s, " +
        "generation 2 began 2.00s after the change",
    ],
  },
  {
    name: "Ctrl-C",
    call: "init --listen 80 --watch src cmd",
    course: [begun, [1, all(delivered("SIGINT"))], [2, unused(of(1, exited(1)))]],
    says: [],
  },
  {
    name: "TERM",
    call: "init --listen 80 cmd",
    course: [begun, [1, told("SIGTERM")], [2, unused(of(1, exited(1)))]],
    says: [],
  },
  {
    name: "its time limit",
    call: "init --listen 80 --timeout 1 cmd",
    course: [begun, [2, unused(of(1, exited(1)))]],
    says: [],
  },
  { name: "--quiet", call: "init -q --listen 80 cmd", course: [begun, failed], says: [] },
  {
    name: "a link name",
    call: "scinit --ports 80 cmd",
    course: [begun, failed],
    says: [],
  },
];

export const RESTARTS: readonly Course[] = [...RESTARTED, ...UNUSED_SOCKETS];
