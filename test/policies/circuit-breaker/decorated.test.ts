import { CircuitBreaker, CircuitOpenError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { CircuitControl } from '../../../src/policies/circuit-breaker/index.js';
import { Boom, testRuntime } from '../../../src/testing/index.js';
import { outcomes } from './controlled.js';

const eightCalls = { window: 8, failureRate: 1, minimumCalls: 8 } as const;
let calls = 0;

async function fail(): Promise<never> {
  calls++;
  throw new Boom('down');
}

class First {
  @CircuitBreaker(eightCalls)
  async one(): Promise<void> {
    await fail();
  }

  @CircuitBreaker(eightCalls)
  async two(): Promise<void> {
    await fail();
  }
}

class Second {
  @CircuitBreaker(eightCalls)
  async one(): Promise<void> {
    await fail();
  }
}

class Parent {
  @CircuitBreaker({ window: 4, failureRate: 0.75, minimumCalls: 4 })
  async call(): Promise<void> {
    await fail();
  }
}

class Child extends Parent {
  @CircuitBreaker({ window: 2, failureRate: 1, minimumCalls: 2 })
  override async call(): Promise<void> {
    await fail();
  }
}

const maintenance = new CircuitControl();

class Steered {
  @CircuitBreaker({ control: maintenance })
  async one(): Promise<string> {
    return 'one';
  }

  @CircuitBreaker({ control: maintenance })
  async two(): Promise<string> {
    return 'two';
  }
}

/** Instances that one runtime protects. */
function bound<T extends object>(...instances: readonly T[]): readonly T[] {
  const { runtime } = testRuntime();
  for (const instance of instances) runtime.bind(instance);
  return instances;
}

describe('@CircuitBreaker', () => {
  it('CB11 is shared by the instances of a class, and by no other class', async () => {
    const all = bound<First | Second>(new First(), new First(), new Second(), new Second());
    for (let round = 0; round < 4; round++) {
      for (const instance of all) await expect(instance.one()).rejects.toBeInstanceOf(Boom);
    }
    for (const instance of all) await expect(instance.one()).rejects.toBeInstanceOf(CircuitOpenError);
  });

  it('CB12 keeps the methods of a class apart', async () => {
    const [left, right] = bound(new First(), new First()) as [First, First];
    for (let round = 0; round < 4; round++) await outcomes(2, () => (round % 2 === 0 ? left : right).one());
    await expect(left.one()).rejects.toBeInstanceOf(CircuitOpenError);
    for (let round = 0; round < 8; round++) await expect(right.two()).rejects.toBeInstanceOf(Boom);
    await expect(right.two()).rejects.toBeInstanceOf(CircuitOpenError);
  });

  it('CB8 is the one of the override, where a method overrides another', async () => {
    const [child] = bound(new Child()) as [Child];
    calls = 0;
    expect(await outcomes(7, () => child.call())).toEqual([
      ...Array(2).fill('Boom'),
      ...Array(5).fill('CircuitOpenError'),
    ]);
    expect(calls).toBe(2);
  });

  it('CB20 obeys one control on several methods, told before they are first called', async () => {
    maintenance.forceOpen();
    const [steered] = bound(new Steered()) as [Steered];
    for (const call of [() => steered.one(), () => steered.two()])
      expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
    maintenance.reset();
    expect([await steered.one(), await steered.two()]).toEqual(['one', 'two']);
  });

  it('says what is wrong with its options', () => {
    expect(() => CircuitBreaker({ failureRate: 50 })).toThrow(
      '@CircuitBreaker: failureRate must be a rate above 0 and at most 1, but got 50',
    );
    expect(() => CircuitBreaker('10/s')).toThrow(
      "@CircuitBreaker: name must be a name: a letter, then letters, digits, _ . : or -, but got '10/s'",
    );
  });
});
