/** The policies of one kind in a preset, option by option. */
export type PresetLayer = Readonly<Record<string, object>>;

/**
 * Named sets of policies to start from; a method's own options go over them.
 *
 * - `standard`: a remote call in a request. Its limits are those of Microsoft.Extensions.Http.Resilience's standard handler
 *   (https://learn.microsoft.com/dotnet/core/resilience/http-resilience), with full jitter.
 * - `interactive`: somebody is waiting: little time, one more try.
 * - `background`: nobody is waiting: many tries, long waits.
 */
export const presets = {
  standard: {
    timeout: { attempt: '10s', total: '30s' },
    retry: { maxAttempts: 4, delay: '2s' },
    circuitBreaker: { failureRate: 0.1, window: '30s', minimumCalls: 100, openFor: '5s' },
  },
  interactive: {
    timeout: { attempt: '800ms', total: '2s' },
    retry: { maxAttempts: 2, delay: '50ms', maxDelay: '200ms' },
    circuitBreaker: { failureRate: 0.5, window: '10s', minimumCalls: 20, openFor: '2s' },
  },
  background: {
    timeout: { attempt: '30s', total: '10m' },
    retry: { maxAttempts: 8, delay: '1s', maxDelay: '1m' },
    circuitBreaker: { failureRate: 0.5, window: '1m', minimumCalls: 10, openFor: '30s' },
  },
} as const satisfies Readonly<Record<string, PresetLayer>>;

/** The name of a preset. */
export type PresetName = keyof typeof presets;

/** The preset of that name, if there is one. */
export function findPreset(name: string): PresetLayer | undefined {
  return Object.hasOwn(presets, name) ? presets[name as PresetName] : undefined;
}
