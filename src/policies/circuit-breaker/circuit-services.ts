import type { Services } from '../../core/index.js';

/** What a circuit needs of the world. */
export type CircuitServices = Pick<Services, 'clock' | 'events' | 'closing' | 'lifetime' | 'captureStacks'>;
