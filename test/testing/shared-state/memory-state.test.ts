import { ManualClock, memoryState, type SharedStateOnTrial, sharedStateSuite } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';

function inMemory(): SharedStateOnTrial {
  const clock = new ManualClock();
  const state = memoryState({ clock });
  const handles = new Map<unknown, ReturnType<typeof state.handle>>();
  return {
    open: (prefix) => {
      const handle = state.handle(prefix);
      handles.set(handle, handle);
      return handle;
    },
    pass: (duration) => clock.advance(duration),
    size: () => state.size,
    cut: (handle) => handles.get(handle)?.cut(),
    heal: (handle) => handles.get(handle)?.heal(),
    restart: () => state.restart(),
  };
}

describe('memoryState()', () => {
  sharedStateSuite({ describe, it }, inMemory);

  it('goes by the clock of the system where none is given', async () => {
    const one = memoryState().handle();
    const { signal } = new AbortController();
    const answer = await one.leases.acquire('key', { lasts: 1 }, { signal });

    expect(answer.granted).toBe(true);
  });

  it('refuses options and prefixes that it cannot use', () => {
    expect(() => memoryState({ clock: Date as never })).toThrow('memoryState(): clock must be a Clock');
    expect(() => memoryState().handle('k'.repeat(513))).toThrow(
      'memoryState().handle(): prefix must be text of 1 to 512 characters',
    );
  });
});
