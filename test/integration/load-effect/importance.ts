/** How much calls matter, the most first. */
export const importances = ['critical', 'normal', 'low'] as const;

export type Importance = (typeof importances)[number];

/** A quarter of the calls matters most, another one least. */
export function importanceOf(index: number): Importance {
  if (index % 4 === 0) return 'critical';
  return index % 4 === 2 ? 'low' : 'normal';
}
