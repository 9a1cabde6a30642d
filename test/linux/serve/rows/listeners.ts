import { parseListen } from "../../../../src/core/cli/options/listen.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import {
  closeListeners,
  openListeners,
  prepareListeners,
  widenListeners,
} from "../../../../src/linux/serve/listeners.ts";
import { use } from "../../model/install.ts";
import { makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import type { Kernel } from "../../model/types.ts";

const [EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EACCES, EPERM] = [98, 99, 97, 13, 1];

function listens(...texts: readonly string[]): Pick<Spec, "listen" | "ready"> {
  return { listen: texts.flatMap((text) => parseListen(text) ?? []), ready: { kind: "none" } };
}

type Scene = (kernel: Kernel) => void;

/** The calls of the kernel, and their results. */
function opened(texts: readonly string[], prepare: Scene = () => {}, close = false) {
  const kernel = use(makeKernel());
  prepare(kernel);
  const answer = openListeners(listens(...texts));
  if (!("kind" in answer) && close) {
    kernel.log.length = 0;
    closeListeners(answer);
  }
  const sockets = [...kernel.sockets.keys()];
  const open = [...kernel.descriptors.values()].filter(({ kind }) => kind === "listener").length;
  const named = "kind" in answer ? answer : answer.map(({ address }) => address);
  return { answer: named, log: kernel.log, sockets, open };
}

const fails =
  (...faults: Kernel["faults"]): Scene =>
  (kernel) =>
    void kernel.faults.push(...faults);

const beyond = (part: string, descriptor: number, limit: number) => ({
  kind: "beyond-limit",
  part,
  descriptor,
  limit,
});
const BEYOND: readonly (readonly [limit: number, listen: number, ready: number, unknown])[] = [
  [9, 2, 8, 2],
  [8, 2, 8, beyond("--ready", 8, 8)],
  [8, 0, 8, beyond("--ready", 8, 8)],
  [5, 2, 4, 2],
  [4, 2, 9, beyond("--listen", 4, 4)],
];

export const LISTENERS: readonly Row[] = [
  [
    "each at its address, all addresses of both kinds by one socket",
    () => opened(["127.0.0.1:80", "*:0", "[::1]:1", "unix:@a"]),
    {
      answer: ["127.0.0.1:80", ":::40000", "::1:1", "@a"],
      log: [
        'listenTcp "127.0.0.1" 80 1 4096',
        'listenTcp "::" 0 0 4096',
        'listenTcp "::1" 1 1 4096',
        'listenUnix -100 "@a" "@a" 4096',
      ],
      sockets: [],
      open: 4,
    },
  ],
  ...[EAFNOSUPPORT, EADDRNOTAVAIL].map(
    (errno): Row => [
      `no IPv6 (${errno}): IPv4 alone`,
      () => opened(["*:7"], fails(["listenTcp", 1, errno])).log,
      [`listenTcp "::" 7 0 4096 = -${errno}`, 'listenTcp "0.0.0.0" 7 0 4096'],
    ],
  ),
  [
    "another refusal of all addresses is one",
    () => opened(["*:7"], fails(["listenTcp", 1, EADDRINUSE])),
    {
      answer: { kind: "cannot-listen", given: "*:7", errno: "EADDRINUSE" },
      log: ['listenTcp "::" 7 0 4096 = -98'],
      sockets: [],
      open: 0,
    },
  ],
  [
    "one address is not looked for in IPv4",
    () => opened(["[::1]:7"], fails(["listenTcp", 1, EADDRNOTAVAIL])).answer,
    { kind: "cannot-listen", given: "[::1]:7", errno: "EADDRNOTAVAIL" },
  ],
  [
    "where one is refused none stays",
    () => opened(["127.0.0.1:6", "127.0.0.1:7", "127.0.0.1:8"], fails(["listenTcp", 3, EACCES])),
    {
      answer: { kind: "cannot-listen", given: "127.0.0.1:8", errno: "EACCES" },
      log: [
        'listenTcp "127.0.0.1" 6 1 4096',
        'listenTcp "127.0.0.1" 7 1 4096',
        'listenTcp "127.0.0.1" 8 1 4096 = -13',
        "close 10",
        "close 11",
      ],
      sockets: [],
      open: 0,
    },
  ],
  [
    "an address that the kernel does not tell is shown as it was given",
    () => opened(["127.0.0.1:0"], fails(["socketName", 1, EPERM])).answer,
    ["127.0.0.1:0"],
  ],
  [
    "an abstract name has no file",
    () => opened(["unix:@a"], fails(["listenUnix", 1, EADDRINUSE])).log,
    ['listenUnix -100 "@a" "@a" 4096 = -98'],
  ],
  [
    "at the end they are closed",
    () => opened(["unix:@a", "127.0.0.1:7"], () => {}, true),
    { answer: ["@a", "127.0.0.1:7"], log: ["close 10", "close 11"], sockets: [], open: 0 },
  ],
  ...BEYOND.map(
    ([limit, listen, ready, expected]): Row => [
      `${listen} sockets, --ready ${ready}, and a limit of ${limit} open files`,
      () => {
        const kernel = use(makeKernel());
        kernel.descriptorLimit = limit;
        const { listen: some } = listens(...Array<string>(listen).fill("127.0.0.1:0"));
        const answer = openListeners({ listen: some, ready: { kind: "fd", fd: ready } });
        return "kind" in answer ? answer : answer.length;
      },
      expected,
    ],
  ),
  [
    "before a command gets them they block again; their queues are long again",
    () => {
      const kernel = use(makeKernel());
      const listeners = openListeners(listens("127.0.0.1:6", "127.0.0.1:7"));
      if ("kind" in listeners) return listeners;
      kernel.log.length = 0;
      prepareListeners(listeners);
      widenListeners(listeners);
      return kernel.log;
    },
    ["setBlocking 10", "setBlocking 11", "listenAgain 10 4096", "listenAgain 11 4096"],
  ],
];
