import { posix } from 'node:path';
import type { Import, Module } from './module.js';

/** The tables that the rules enforce; the test holds them. */
export interface Architecture {
  /** Each layer, and those it may import directly; what lies beneath these is permitted too. */
  readonly layers: Readonly<Record<string, readonly string[]>>;
  /** Each package (or `node:` for the built-in ones), and the folders in which it may be imported. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Folders that know neither time nor chance nor the process, and what single files in them may know of these. */
  readonly unworldly: { readonly folders: readonly string[]; readonly except: readonly Exception[] };
  /** The folder whose subfolders never import each other, and the one file in it that names them all. */
  readonly strangers: { readonly folder: string; readonly catalogue: string };
  readonly maxLines: number;
}

export interface Exception {
  readonly file: RegExp;
  readonly may: readonly string[];
}

/** Everything that contradicts the architecture, one sentence each. */
export function violations(modules: readonly Module[], rules: Architecture): string[] {
  const doors = new Set(modules.map(({ path }) => path).filter((path) => posix.basename(path) === 'index.ts'));
  const perImport = modules.flatMap((module) =>
    module.imports.flatMap((imported) => [
      ...brokenDirection(module, imported, rules),
      ...brokenStrangers(module, imported, rules),
      ...brokenDoor(module, imported, doors, rules),
      ...brokenPackage(module, imported, rules),
    ]),
  );
  return [...perImport, ...modules.flatMap((module) => brokenShape(module, rules)), ...cycles(modules)];
}

function brokenDirection({ path }: Module, { to }: Import, { layers }: Architecture): string[] {
  if (!isOurs(to)) return [];
  const from = layerOf(path, layers);
  const target = layerOf(to, layers);
  if (!from) return [`${path} lies in no layer`];
  if (!target) return [`${path} imports ${to}, which lies in no layer`];
  return from === target || beneath(from, layers).has(target) ? [] : [`${path} (${from}) imports ${to} (${target})`];
}

/** All layers that this one may import. */
function beneath(layer: string, layers: Architecture['layers'], found = new Set<string>()): Set<string> {
  for (const next of layers[layer] ?? []) {
    if (!found.has(next)) beneath(next, layers, found.add(next));
  }
  return found;
}

/** The longest matching folder: `src/telemetry/prometheus` before `src/telemetry`. */
function layerOf(path: string, layers: Architecture['layers']): string | undefined {
  const matching = Object.keys(layers).filter((layer) => isUnder(layer, path));
  return matching.sort((a, b) => b.length - a.length)[0];
}

function brokenStrangers({ path }: Module, { to }: Import, { strangers }: Architecture): string[] {
  const { folder, catalogue } = strangers;
  if (!isUnder(folder, path) || !isUnder(folder, to) || path === catalogue) return [];
  const [ours, theirs] = [subfolder(folder, path), subfolder(folder, to)];
  if (theirs === undefined) return to === catalogue ? [`${path} imports ${catalogue}, which is above it`] : [];
  return ours === theirs ? [] : [`${path} imports ${to}: policies never import each other`];
}

function subfolder(folder: string, path: string): string | undefined {
  const [name, ...rest] = path.slice(folder.length + 1).split('/');
  return rest.length > 0 ? name : undefined;
}

function brokenDoor({ path }: Module, { to }: Import, doors: ReadonlySet<string>, rules: Architecture): string[] {
  if (!isOurs(to)) return [];
  if (doors.has(to) && isUnder(posix.dirname(to), path)) return [`${path} uses the door of its own folder, ${to}`];
  const left = foldersOf(to).filter((folder) => !isUnder(folder, path));
  const entered =
    left.find((folder) => isClosed(folder, rules)) ?? left.find((folder) => doors.has(`${folder}/index.ts`));
  return entered && to !== `${entered}/index.ts` ? [`${path} enters ${entered} through ${to}, not its index.ts`] : [];
}

/** A layer, or a policy's folder: no file but the door is seen from outside. */
function isClosed(folder: string, { layers, strangers }: Architecture): boolean {
  return (folder in layers && folder !== strangers.folder) || posix.dirname(folder) === strangers.folder;
}

/** The folders around a file, the nearest first. */
function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

function brokenPackage({ path }: Module, { to }: Import, { packages }: Architecture): string[] {
  if (isOurs(to)) return [];
  const folders = packages[to] ?? packages[to.startsWith('node:') ? 'node:' : packageOf(to)];
  if (!folders) return [`${path} imports ${to}, a package without a place in the table`];
  return folders.some((folder) => isUnder(folder, path)) ? [] : [`${path} imports ${to}, which belongs to ${folders}`];
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function brokenShape(module: Module, rules: Architecture): string[] {
  const { path, lines, exportsDefault, onlyReexports } = module;
  const found: string[] = [];
  if (lines > rules.maxLines) found.push(`${path} has ${lines} lines, more than ${rules.maxLines}`);
  if (exportsDefault) found.push(`${path} has a default export`);
  if (posix.basename(path) === 'index.ts' && !onlyReexports) found.push(`${path} does more than re-export`);
  const world = forbiddenWorld(module, rules);
  if (world.length > 0) found.push(`${path} uses ${world.join(', ')}`);
  return found;
}

function forbiddenWorld({ path, world }: Module, { unworldly }: Architecture): string[] {
  if (!unworldly.folders.some((folder) => isUnder(folder, path))) return [];
  const allowed = unworldly.except.filter(({ file }) => file.test(path)).flatMap(({ may }) => may);
  return world.filter((name) => !allowed.includes(name));
}

/** Cycles between files; type-only imports inside one folder are let pass. */
function cycles(modules: readonly Module[]): string[] {
  const edges = new Map(
    modules.map((module) => [module.path, module.imports.filter(countsIn(module)).map(({ to }) => to)]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`cycle: ${[...trail.slice(start), path].join(' → ')}`);
    if (start >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

function countsIn({ path }: Module): (imported: Import) => boolean {
  return ({ to, typeOnly }) => !(typeOnly && posix.dirname(to) === posix.dirname(path));
}

/** The packages that are loaded when a file is; type-only imports load nothing, and `import()` not yet. */
export function packagesLoadedBy(path: string, modules: readonly Module[], seen = new Set<string>()): Set<string> {
  const loaded = new Set<string>();
  if (seen.has(path)) return loaded;
  seen.add(path);
  const module = modules.find((candidate) => candidate.path === path);
  for (const { to, typeOnly, later } of module?.imports ?? []) {
    if (typeOnly || later) continue;
    if (isOurs(to)) for (const name of packagesLoadedBy(to, modules, seen)) loaded.add(name);
    else loaded.add(to.startsWith('node:') ? to : packageOf(to));
  }
  return loaded;
}

function isOurs(path: string): boolean {
  return /^(?:src|decorators|test|samples|bench)\//.test(path) || path.startsWith('..');
}

function isUnder(folder: string, path: string): boolean {
  return path.startsWith(`${folder}/`) || path === folder;
}
