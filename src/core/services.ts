import type { Clock } from './clock.js';
import type { EventBus } from './events.js';
import type { Lifetime } from './lifetime.js';
import type { Random } from './random.js';

/** The registries of one runtime, by name; each policy that keeps named instances adds its own. */
// biome-ignore lint/suspicious/noEmptyInterface: an open interface, filled beside each policy
export interface Registries {}

/** Gives an instance of a class or for another token, as a container does. */
export type Resolve = (token: unknown) => unknown;

/** The world as it is handed to everything that acts: nothing else reads time, chance or the process. */
export interface Services {
  readonly clock: Clock;
  readonly events: EventBus;
  readonly random: Random;
  readonly registries: Registries;
  readonly resolve: Resolve;
  /** Refusals keep their stacks. */
  readonly captureStacks: boolean;
  /** Ends when what still runs in a disposed runtime is given up. */
  readonly lifetime: Lifetime;
  /** Ends as soon as the runtime is being disposed. */
  readonly closing: Lifetime;
}
