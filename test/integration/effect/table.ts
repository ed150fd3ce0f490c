/** Rows as a table that can stand in a page. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A share as it stands in a table. */
export function inPercent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
