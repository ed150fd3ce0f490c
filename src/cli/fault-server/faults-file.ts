import { readFileSync, statSync } from 'node:fs';
import { systemClock } from '../../core/index.js';
import type { Fault, FaultScript, FaultServer } from '../../fault-server/index.js';
import { UsageError } from '../usage-error.js';

/** How often to look whether the file has changed, in milliseconds. */
const pause = 500;

/** A file of faults: in JSON, like the body of `PUT /faults`. */
export class FaultsFile {
  readonly #path: string;
  #seen: string;

  constructor(path: string) {
    this.#path = path;
    this.#seen = versionOf(path);
  }

  /** Puts the faults in force, or throws and changes nothing. */
  apply(server: FaultServer): void {
    try {
      const given = JSON.parse(readFileSync(this.#path, 'utf8')) as Fault | readonly Fault[] | FaultScript;
      if (isScript(given)) server.play(given);
      else server.fail(given);
    } catch (error) {
      throw new UsageError([`--faults ${this.#path}: ${messageOf(error)}`]);
    }
  }

  /** Puts the faults in force whenever the file changes; what is wrong is told, and what was in force stays. The returned function stops that. */
  follow(server: FaultServer, complain: (mistake: string) => void): () => void {
    let cancel = systemClock.later(pause, () => look());
    const look = () => {
      cancel = systemClock.later(pause, look);
      const version = versionOf(this.#path);
      if (version === this.#seen) return;
      this.#seen = version;
      try {
        this.apply(server);
      } catch (error) {
        complain(messageOf(error));
      }
    };
    return () => cancel();
  }
}

/** Differs when the file does, looked at by name, as editors put a new file in the place of the old; empty where there is none to be read. */
function versionOf(path: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return ''; // whoever reads it is told why
  }
}

function isScript(given: unknown): given is FaultScript {
  return typeof given === 'object' && given !== null && 'phases' in given;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
