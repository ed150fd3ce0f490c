import { readFileSync } from 'node:fs';

/** The text of the README. */
export const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The fenced blocks of a language; those without one are the language ''. */
export function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , text]) => text!);
}

/** The cells of each row of the table that begins with these heads. */
export function table(...heads: readonly string[]): string[][] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heads.join(' | ')} |`));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => line.split(/ ?(?<!\\)\| ?/).slice(1, -1));
}

/** What stands between backticks. */
export function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);
}
