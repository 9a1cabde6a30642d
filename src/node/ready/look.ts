// One look at whether a server is there. Each resolves to true or false and never rejects.

import { connect } from "node:net";
import { fs } from "../builtin/builtin.ts";

const HOSTS = ["127.0.0.1", "::1"];
/** How long one attempt may take. */
const ATTEMPT_MS = 5000;
/** A server that is not ready often answers with one of these. */
const FIRST_FAILURE = 500;

/** Whether a process accepts connections on a port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  const answers = await Promise.all(HOSTS.map((host) => accepts(host, port)));
  return answers.includes(true);
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ATTEMPT_MS });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}

/** Whether a URL answers with a status below 500. */
export async function answers(url: URL): Promise<boolean> {
  // Loaded only by a run that waits for a URL.
  const { get } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
  // A server under development has a certificate that no authority has signed.
  const options = { agent: false, timeout: ATTEMPT_MS, rejectUnauthorized: !isOwn(url) } as const;
  return new Promise((resolve) => {
    const request = get(url, options, (response) => {
      resolve((response.statusCode ?? FIRST_FAILURE) < FIRST_FAILURE);
      response.destroy();
    });
    request.once("error", () => resolve(false));
    request.once("timeout", () => request.destroy());
  });
}

/** Whether a URL names this machine. */
export function isOwn({ hostname }: URL): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|\[::\])$/.test(hostname);
}

export function portOf({ port, protocol }: URL): number {
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

export function exists(path: string): Promise<boolean> {
  return new Promise((resolve) => fs().stat(path, (error) => resolve(error === null)));
}
