import type { Address } from "../../../../src/core/spec/spec.ts";

const tcp = (host: string, port: number): Address => ({ kind: "tcp", host, port });
const unix = (path: string): Address => ({ kind: "unix", path });

/** A text, the name and the address in it. */
export const LISTENS: readonly (readonly [text: string, name: string, at: Address])[] = [
  ["127.0.0.1:8080", "127.0.0.1_8080", tcp("127.0.0.1", 8080)],
  ["8080", "8080", tcp("127.0.0.1", 8080)],
  ["web=1", "web", tcp("127.0.0.1", 1)],
  ["65535", "65535", tcp("127.0.0.1", 65_535)],
  [":8080", "_8080", tcp("*", 8080)],
  ["*:0", "*_0", tcp("*", 0)],
  ["localhost:65535", "localhost_65535", tcp("127.0.0.1", 65_535)],
  ["[::1]:080", "[__1]_080", tcp("::1", 80)],
  ["[::ffff:1.2.3.4]:1", "[__ffff_1.2.3.4]_1", tcp("::ffff:1.2.3.4", 1)],
  ["http=0.0.0.0:80", "http", tcp("0.0.0.0", 80)],
  ["a b=:1", "a b", tcp("*", 1)],
  ["unix:/run/a.sock", "unix_/run/a.sock", unix("/run/a.sock")],
  ["unix:a=b:1", "unix_a=b_1", unix("a=b:1")],
  ["unix:unix:x", "unix_unix_x", unix("unix:x")],
  ["n=unix:@a", "n", unix("@a")],
  ["unix:@a\tb", "unix_@a_b", unix("@a\tb")],
  ["unix:./@a", "unix_./@a", unix("./@a")],
  ["unix:é\udcff", "unix___", unix("é\udcff")],
  [`unix:${"a".repeat(300)}`, `unix_${"a".repeat(250)}`, unix("a".repeat(300))],
];

/** Texts that are no address. */
export const NO_LISTENS: readonly string[] = [
  ..."|0|65536|0x50|80.|-80|+80| 80|80 |web=|web=0|:|:x|:-1|:+1|: 1|:1 |:65536|:100000|:0x50|127.0.0.1".split(
    "|",
  ),
  ..."::1:80|::1|[::1]|[::1]80|[127.0.0.1]:80|[]:80|[*]:1|[::1%lo]:1|[fe80::1%1]:1".split("|"),
  ..."[1:2:3:4::5:6:7:8]:1|[1:2:3:4:5:6:7::8:9]:1|[::2:3:4:5:6:7:8:9]:1".split("|"),
  ..."127.0.0.01:1|127.1:1|256.0.0.1:1|1.2.3.4.5:1|example.com:80|LOCALHOST:1|* :1".split("|"),
  ..."unix:|unix:@|unix|UNIX:a|tcp:1.2.3.4:1|=:80|a==:80|é=:1|a\nb=:1|\x7f=:1|:80\n".split("|"),
  `${"a".repeat(256)}=:1`,
];
