import assert from "node:assert/strict";
import { constants } from "node:os";
import { test } from "node:test";
import { errnoName, errnoText } from "../../../src/core/values/errno.ts";

/** Linux has numbers up to 133; the kernel never answers with more than 4095. */
const ALL = Array.from({ length: 4096 }, (_, errno) => errno);

test("Node's names are ours, where we have one", {
  skip: process.platform !== "linux" && "other numbers here",
}, () => {
  const nodes = Object.entries(constants.errno).map(([name, errno]) => `${errno} ${name}`);
  const ours = ALL.filter((errno) => errnoName(errno) !== `E${errno}`);
  assert.ok(ours.length > 15);
  const others = ours.filter((errno) => !nodes.includes(`${errno} ${errnoName(errno)}`));
  // Node has no names for numbers 80 and 87.
  assert.deepEqual(others.map(errnoName), ["ELIBBAD", "EUSERS"]);
});

test("every error has a name of its own, and a text that is no name", () => {
  assert.equal(new Set(ALL.map(errnoName)).size, ALL.length);
  for (const errno of ALL) assert.match(errnoText(errnoName(errno)), /^[a-z0-9/ ]+$/);
});

test("S24: what a user meets is said in words", () => {
  for (const name of [
    "ENOENT",
    "EACCES",
    "ENOTDIR",
    "ELOOP",
    "ENAMETOOLONG",
    "E2BIG",
    "ETXTBSY",
    "EFBIG",
  ]) {
    assert.doesNotMatch(errnoText(name), /^error/);
  }
  assert.equal(errnoText("ENOENT"), "no such file or directory");
  assert.equal(errnoText("EACCES"), "permission denied");
  assert.equal(errnoName(27), "EFBIG");
  assert.equal(errnoText("EFBIG"), "the file would be too large");
});

test("an error without a name is told by its number", () => {
  assert.equal(errnoName(115), "E115");
  assert.equal(errnoText("E115"), "error 115");
  assert.equal(errnoText(errnoName(0)), "error 0");
});
