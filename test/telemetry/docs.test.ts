import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { durations } from '../../src/telemetry/prometheus/durations.js';
import { HttpAccounts } from '../../src/telemetry/prometheus/http-accounts.js';
import { httpDuration, httpMetrics } from '../../src/telemetry/prometheus/http-metrics.js';
import { metrics } from '../../src/telemetry/prometheus/metrics.js';
import { eventNames } from './every-event.js';

const page = readFileSync(new URL('../../docs/telemetry.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));

/** The cells of the row whose first cell has that name. */
const rowOf = (name: string) =>
  rows.map((row) => row.split(/(?<!\\)\|/)).find(([, first]) => first?.includes(`\`${name}\``));

describe('docs/telemetry.md', () => {
  const told = [
    ...[...metrics, ...httpMetrics(new HttpAccounts())].map(({ name, type, labels }) => ({ name, type, labels })),
    ...durations.map(({ name, by }) => ({ name, type: 'histogram', labels: by ? ['method', by] : ['method'] })),
    { name: httpDuration.name, type: 'histogram', labels: httpDuration.labels },
  ];

  it.each(told)('has a row for $name: $type, $labels', ({ name, type, labels }) => {
    const [, , kind, cell = ''] = rowOf(name) ?? [];

    expect(kind?.trim().split(',')[0]).toBe(type);
    expect([...cell.matchAll(/`(\w+)`/g)].map(([, label]) => label)).toEqual(labels);
  });

  it('has no row for a metric that is not there', () => {
    const named = rows.flatMap((row) => [...row.matchAll(/`(resilience_\w+)`/g)].map(([, name]) => name));

    expect(named.sort()).toEqual(told.map(({ name }) => name).sort());
  });

  it.each(eventNames)('has a row for the event %s', (name) => {
    expect(rowOf(name)).toBeDefined();
  });
});
