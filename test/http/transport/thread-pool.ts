import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, open, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onCleanup } from './stage.js';

const makePipe = 'mkfifo'; // of POSIX
const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

/**
 * Keeps all threads busy by which Node decompresses, until the returned function is called: each waits for somebody to write into a named pipe.
 * They come after what they were given to do before.
 */
export function holdThreads(): () => Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-'));
  const pipe = join(directory, 'pipe');
  execFileSync(makePipe, [pipe]);
  const waiting = Array.from({ length: threads }, () => promisify(open)(pipe, 'r'));
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    const writer = openSync(pipe, 'r+'); // which waits for nobody
    for (const file of await Promise.all(waiting)) closeSync(file); // not by a thread, which others may hold
    closeSync(writer);
    rmSync(directory, { recursive: true });
  };
  const once = () => (released ??= release());
  onCleanup(() => void once());
  return once;
}
