import { memoryState, sharedStateSuite } from 'holdfast/testing';
import { describe, it } from 'vitest';

describe('memoryState() by the clock of the system', () => {
  const make = () => {
    const state = memoryState();
    return { open: (prefix?: string) => state.handle(prefix), size: () => state.size, restart: () => state.restart() };
  };

  sharedStateSuite({ describe, it }, make, { stands: false, severable: false });
});
