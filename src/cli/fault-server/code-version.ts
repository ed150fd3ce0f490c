import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The code that a server runs, whether built or not: in the package as in source, this module is two folders below. */
const ownCode = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Tells when code has changed. It looks at the files instead of being told by the system: a build removes the folder that would be watched,
 * and containers are not told of changes outside.
 */
export class CodeVersion {
  readonly #folder: string;
  #inUse: string;
  #last: string;

  constructor(folder: string = ownCode) {
    this.#folder = folder;
    this.#inUse = this.#last = versionOf(folder);
  }

  /** Whether the code is another than the one in use, and has been the same for two looks: a build writes one file after the other. */
  changed(): boolean {
    const now = versionOf(this.#folder);
    const settled = now === this.#last;
    this.#last = now;
    if (!settled || now === '' || now === this.#inUse) return false;
    this.#inUse = now;
    return true;
  }
}

/** Differs when a file of the code does; empty while there is none to be read, as amid a build that removes them, or has made nothing but types yet. */
function versionOf(folder: string): string {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!\.d)\.[cm]?[jt]s$/.test(file),
    );
    return files.map((file) => `${file} ${stampOf(join(folder, file))}`).join('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) return '';
    throw error;
  }
}

function stampOf(file: string): string {
  const { mtimeMs, size } = statSync(file);
  return `${mtimeMs} ${size}`;
}
