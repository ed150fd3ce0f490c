import type { Row } from '../harness/finding.js';

/** Asks the server for a path, and gives the number in its answer. */
export type Get = (path: string) => Promise<number>;

/** What the server answers. */
export interface Answer {
  readonly answer: number;
}

/** In what proof and measurement differ, in milliseconds. */
export interface Patience {
  /** For a request in all. */
  readonly timeout: number;
  /** Before the first retry, about. */
  readonly delay: number;
}

/** A client with connections of its own. */
export interface Client {
  readonly get: Get;
  close(): unknown;
}

/** A way to send requests, with the protection that it brings. */
export interface HttpSubject {
  readonly name: string;
  readonly role: Row['role'];
  /** What it must show that it does, before it is measured. */
  readonly does: readonly ('retry' | 'circuit' | 'timeout')[];
  open(origin: string, patience: Patience): Client;
}
