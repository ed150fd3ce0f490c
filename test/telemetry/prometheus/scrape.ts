import type { AnyRegistry } from 'holdfast/prometheus';

/** Every series of a scrape, as it is written, with its value: `{ 'name{label="value"}': 1 }`. */
export async function scrape(registry: AnyRegistry): Promise<Record<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [
        line.slice(0, end),
        Number(
          line
            .slice(end + 1)
            .replace('Nan', 'NaN')
            .replace('Inf', 'Infinity'),
        ),
      ];
    }),
  );
}

/** The series of one metric, its name left out. */
export async function seriesOf(registry: AnyRegistry, name: string): Promise<Record<string, number>> {
  const own = Object.entries(await scrape(registry)).filter(([series]) => series.split('{')[0] === name);
  return Object.fromEntries(own.map(([series, value]) => [series.slice(name.length), value]));
}

/** Those that are not 0. */
export function moved(series: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(series).filter(([, value]) => value !== 0));
}
