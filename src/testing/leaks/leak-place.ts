import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where something was made. */
export interface LeakPlace {
  /** The line, and the first one outside of packages if that is another; undefined when only Node's own code is on the stack. */
  readonly text: string | undefined;
  /** Made by something that is no subject of a watch: the test runner, or a clock whose alarms are counted instead. */
  readonly exempt: boolean;
  /** The function that made it by being called itself: an async one, where it is a promise. */
  readonly body: string | undefined;
}

/** Where the kit lies: a folder in source, one file in the package; undefined in a bundle of others, where it cannot be told from the rest. */
const kit = /^.*[\\/]src[\\/]testing(?=\.js$|[\\/]leaks[\\/]leak-place\.[jt]s$)/.exec(
  fileURLToPath(import.meta.url),
)?.[0];
/** Where the clocks lie beside it: in source, and in the package. */
const core = kit?.replace(/testing$/, 'core');
const engine = kit?.replace(/testing$/, 'engine');
const runner = /[\\/]node_modules[\\/](?:@?vitest|vite|vite-node|@jest|jest|jest-[\w-]+|tinypool|birpc|mocha)[\\/]/;
const deepest = 60;
const known = new Map<string, LeakPlace>();

/** Tells where the code runs that calls `below`; nothing of the stack itself is kept, as that would keep alive what is on it. */
export function placeOf(below: (...args: never) => unknown): LeakPlace {
  const seen = read(below, (_, frames) => findFrames(frames)) as FramesFound;
  const place = known.get(seen.key) ?? describe(below, seen);
  known.set(seen.key, place);
  return place;
}

/** Names all functions that wait for the one that calls `below`, in the way of `LeakPlace.body`. */
export function callersOf(below: (...args: never) => unknown): readonly string[] {
  return read(below, (_, frames) => frames.map(functionOf)) as string[];
}

/** The frames that matter, by their number. */
interface FramesFound {
  /** Of a line that belongs neither to Node nor to the kit, nor to a runner, which may stand in between; -1 when there is none. */
  readonly maker: number;
  /** Of a line that belongs to no package either. */
  readonly caller: number;
  /** The first line that is not Node's or the kit's is the runner's, or of the system's clock. */
  readonly exempt: boolean;
  readonly body: string | undefined;
  readonly key: string;
}

function findFrames(frames: readonly NodeJS.CallSite[]): FramesFound {
  const files = frames.map(fileOf);
  const maker = files.findIndex((file) => isForeign(file) && !runner.test(file));
  const caller = files.findIndex((file, index) => index >= maker && isForeign(file) && isProject(file));
  const first = files.findIndex(isForeign);
  const exempt = runner.test(files[first] ?? '') || isSystemClock(frames[first]);
  const direct = maker >= 0 && files.slice(0, maker).every((file) => file === 'node:internal/async_hooks');
  const body = direct ? functionOf(frames[maker] as NodeJS.CallSite) : undefined;
  const key = `${exempt},${lineOf(frames[maker])},${lineOf(frames[caller])},${body}`;
  return { maker, caller, exempt, body, key };
}

/** Source maps are asked once for each place: by whoever prepares stacks here, which is slow. */
function describe(below: (...args: never) => unknown, { maker, caller, exempt, body }: FramesFound): LeakPlace {
  if (maker < 0) return { text: undefined, exempt, body };
  const lines = String(read(below, Error.prepareStackTrace))
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  const made = shorten(lines[maker]);
  const called = caller > maker ? `, called at ${shorten(lines[caller])}` : '';
  return { text: `at ${made}${called}`, exempt, body };
}

function read(below: (...args: never) => unknown, prepare: typeof Error.prepareStackTrace): unknown {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = deepest;
    Error.prepareStackTrace = prepare as NonNullable<typeof prepare>;
    Error.captureStackTrace(holder, below);
    return holder.stack;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace as NonNullable<typeof prepareStackTrace>;
  }
}

function fileOf(frame: NodeJS.CallSite): string {
  const name = frame.getFileName() ?? '';
  return name.startsWith('file:') ? fileURLToPath(name) : name;
}

function lineOf(frame: NodeJS.CallSite | undefined): string {
  return frame === undefined ? '' : `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
}

function functionOf(frame: NodeJS.CallSite): string {
  return `${frame.getFileName()}:${frame.getEnclosingLineNumber()}:${frame.getEnclosingColumnNumber()}`;
}

function isForeign(file: string): boolean {
  return file !== '' && !file.startsWith('node:') && !isWithin(kit, file);
}

function isSystemClock(frame: NodeJS.CallSite | undefined): boolean {
  if (frame?.getTypeName() !== 'SystemClock') return false;
  const file = fileOf(frame);
  return isWithin(core, file) || isWithin(engine, file);
}

/** Whether code is of a folder, or of the file that it became. */
function isWithin(folder: string | undefined, file: string): boolean {
  return folder !== undefined && file.startsWith(folder) && /^(?:[\\/]|\.js$)/.test(file.slice(folder.length));
}

function isProject(file: string): boolean {
  return !file.includes('node_modules');
}

/** `f (file:///project/src/x.ts:1:2)` as `src/x.ts:1:2 (f)`. */
function shorten(line = ''): string {
  const [, name, place = ''] = /^\s+at (?:(.*) \()?(.*?)\)?$/.exec(line) ?? [];
  const path = place.startsWith('file:') ? fileURLToPath(place) : place;
  const short = path.startsWith('/') || /^[A-Z]:/.test(path) ? relative(process.cwd(), path) : path;
  return name === undefined ? short : `${short} (${name})`;
}
