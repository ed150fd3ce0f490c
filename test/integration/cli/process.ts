import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const source = ['--import', 'tsx', fileURLToPath(new URL('../../../src/cli/holdfast.ts', import.meta.url))];

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What it prints once it listens. */
export interface Announced {
  readonly url: string;
  readonly port: number;
  readonly controlUrl?: string;
  readonly pid: number;
}

/** `holdfast` in a process of its own. */
export class Holdfast implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly exit: Promise<Exit>;
  err = '';
  readonly #lines: AsyncIterator<string>;

  constructor(args: readonly string[], options: SpawnOptions = {}, program: readonly string[] = source) {
    const stdio = options.stdio ?? ['ignore', 'pipe', 'pipe'];
    this.child = spawn(process.execPath, [...program, ...args], { ...options, stdio });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.exit = exitOf(this.child);
    this.#lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  /** The line that tells where it listens. */
  async announced(): Promise<Announced> {
    const { value } = await this.#lines.next();
    if (value === undefined) throw new Error(`it ended: ${this.err}`);
    return JSON.parse(value);
  }

  /** Waits until it has said something on stderr, so many times. */
  async says(text: string, times = 1): Promise<void> {
    while (this.err.split(text).length <= times) {
      if (this.child.exitCode !== null) throw new Error(`it ended without saying ${text}: ${this.err}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}

/** How a process ended, once all that it said on stderr has been heard. */
async function exitOf(child: ChildProcess): Promise<Exit> {
  const heard = new Promise<void>((resolve) => child.stderr?.once('close', () => resolve()));
  const exit = await new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  await heard;
  return exit;
}

/** Starts a server on a free port. */
export function serve(args: readonly string[] = [], options: SpawnOptions = {}): Holdfast {
  return new Holdfast(['fault-server', 'serve', '--port', '0', ...args], options);
}
