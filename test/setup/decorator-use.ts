import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const decorator = /(?<![\w'"`/*])@(?!ts-)[\w$]/;
const relativeImport = /(?:from|import\(|import)\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/** Tells whether a test file, or a helper or sample that it reads, applies a decorator; in doubt it says yes. */
export function usesDecorators(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (decorator.test(text) || text.includes('samples/')) return true;
  return helpersOf(file, text).some((helper) => usesDecorators(helper, seen));
}

/** The library itself applies no decorator, so only what lies under test/ is followed. */
function helpersOf(file: string, text: string): string[] {
  const imported = [...text.matchAll(relativeImport)].map(([, path]) => resolve(dirname(file), path ?? ''));
  return imported.filter((path) => path.includes('/test/')).map((path) => path.replace(/\.js$/, '.ts'));
}
