import type { Answer } from './exchange.js';
import type { Wire } from './wire.js';

/** How an answer leaves: whole, or distorted on its way to the client, after the work for it was done. */
export type Delivery = (wire: Wire, answer: Answer) => void | Promise<void>;
