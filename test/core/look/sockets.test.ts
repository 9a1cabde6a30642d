import assert from "node:assert/strict";
import { test } from "node:test";
import { addressIn, inetAddress, parseInet, parseUnix } from "../../../src/core/look/sockets.ts";
import { mutated, TIMES } from "./mutated.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";
const rest = (inode: number) =>
  `00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100\n`;
const LISTENS = `   0: 0100007F:0BB8 00000000:0000 0A ${rest(1599)}`;
const TCP = `${HEAD}${LISTENS}   1: 0100007F:9C40 0100007F:0BB8 01 ${rest(1600)}`;
const LOOPBACK = "00000000000000000000000001000000";
const TCP6 = `${HEAD}   0: ${LOOPBACK}:0050 ${"0".repeat(32)}:0000 0A ${rest(7)}`;

test("TCP: which sockets listen, and the other end of a connection", () => {
  assert.deepEqual(
    [...parseInet(TCP)],
    [
      [1599, { local: "127.0.0.1:3000", remote: undefined, isListening: true }],
      [1600, { local: "127.0.0.1:40000", remote: "127.0.0.1:3000", isListening: false }],
    ],
  );
});

test("TCP over IPv6", () => {
  assert.equal(parseInet(TCP6).get(7)?.local, "[::1]:80");
});

/** Addresses by their bytes. */
const ADDRESSES: readonly (readonly [bytes: readonly number[], text: string])[] = [
  [[0, 0, 0, 0], "0.0.0.0:1"],
  [Array(16).fill(0), "[::]:1"],
  [[...Array(10).fill(0), 255, 255, 10, 0, 0, 1], "[::ffff:10.0.0.1]:1"],
  [[0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), 5], "[2001:db8::5]:1"],
  [[0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8], "[1:2:3:4:5:6:7:8]:1"],
  [[0, 1, 0, 0, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8], "[1:0:3:4:5:6:7:8]:1"],
];

for (const [bytes, text] of ADDRESSES) {
  test(`the address ${text}`, () => assert.equal(inetAddress(bytes, 1), text));
}

const UNIX = `Num       RefCount Protocol Flags    Type St Inode Path
00000000db776010: 00000003 00000000 00000000 0001 03 19863548
00000000db776011: 00000002 00000000 00010000 0001 01 23 /run/a b.sock
ffff8880db776012: 00000002 00000000 00010000 0001 01 24 @name
`;

test("sockets of the Unix kind", () => {
  assert.deepEqual(
    [...parseUnix(UNIX)].map(([inode, { local, isListening }]) => [inode, local, isListening]),
    [
      [19863548, undefined, false],
      [23, "unix:/run/a b.sock", true],
      [24, "unix:@name", true],
    ],
  );
});

test("an address in the memory of a process", () => {
  assert.equal(addressIn("\x02\0\x0b\udcb8\x7f\0\0\x01\0\0\0\0\0\0\0\0"), "127.0.0.1:3000");
  assert.equal(addressIn("\x01\0/run/é.sock\0rest"), "unix:/run/é.sock");
  assert.equal(addressIn("\x01\0\0name"), "unix:@name");
  for (const text of ["", "\x02", "\x02\0\x0b", "\x10\0aaaaaaaa"]) {
    assert.equal(addressIn(text), undefined);
  }
});

test("any text has sockets or none", () => {
  for (const text of mutated(TCP, TIMES)) {
    for (const { local } of parseInet(text).values()) assert.match(local ?? "", /:\d+$/);
  }
  for (const text of mutated(UNIX, TIMES)) {
    assert.ok([...parseUnix(text).keys()].every(Number.isSafeInteger));
  }
});
