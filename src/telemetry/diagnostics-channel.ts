import { type Channel, channel } from 'node:diagnostics_channel';
import type { Listener } from '../runtime/index.js';

/**
 * Publishes every event on the diagnostics channel `holdfast:<event name>`, such as `holdfast:circuit.moved`, where somebody has
 * subscribed to it. A message is the event itself, which is not to be changed.
 *
 * ```ts
 * const runtime = new Runtime({ listeners: [diagnosticsChannel()] });
 *
 * subscribe('holdfast:circuit.moved', (message) => { … }); // of node:diagnostics_channel
 * ```
 */
export function diagnosticsChannel(): Listener {
  const channels = new Map<string, Channel>();
  return {
    attach: ({ events }) =>
      events.on('*', (name, event) => {
        let own = channels.get(name);
        if (own === undefined) {
          own = channel(`holdfast:${name}`);
          channels.set(name, own);
        }
        if (own.hasSubscribers) own.publish(event);
      }),
  };
}
